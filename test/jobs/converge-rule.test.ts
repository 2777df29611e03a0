import { describe, expect, it } from "vitest";
import { LarderError } from "../../src/domain/errors.ts";
import { convergeRule } from "../../src/jobs/converge-rule.ts";
import { readOperation } from "../../src/jobs/read-operation.ts";
import { readRule } from "../../src/jobs/read-rule.ts";
import { requestRule } from "../../src/jobs/request-rule.ts";
import { type FakePorts, fakePorts } from "../fakes/ports.ts";
import { anna } from "./people.ts";
import { recover, work } from "./world.ts";

const nginx = { name: "nginx-rule", source: "docker.io/library/nginx", target: "nginx" };

const requested = async (): Promise<FakePorts> => {
  const ports = fakePorts();
  await requestRule(ports, "contoso", nginx, anna);
  return ports;
};
const ruleOf = async (ports: FakePorts) => (await readRule(ports, "contoso", "nginx-rule")).rule;
const operationOf = async (ports: FakePorts) =>
  readOperation(ports, (await ruleOf(ports)).operationId);
const arm =
  (
    reason: "unavailable" | "conflict" | "refused" | "lacksRight",
    code: string,
    retryAfterSeconds?: number,
  ) =>
  () => {
    throw new LarderError(reason, { code, message: `ARM says ${code}.` }, { retryAfterSeconds });
  };

describe("a worker whom ARM answers badly", () => {
  it("waits as long as it is told, then succeeds", async () => {
    const ports = await requested();
    ports.interruptions.interrupt(
      "cacheRuleWriter.create",
      "before",
      arm("unavailable", "TooManyRequests", 17),
    );

    const [message] = ports.queue.take();
    const line = message && (await convergeRule(ports, message, false));

    expect(line).toBe("contoso/nginx-rule: again in 17 s, TooManyRequests");
    expect(ports.queue.waiting()).toEqual([{ message, visibleAt: "2026-11-21T02:00:17.000Z" }]);
    expect(await ruleOf(ports)).toMatchObject({
      status: "requested",
      nextAttemptAt: "2026-11-21T02:00:17.000Z",
    });
    await work(ports);
    expect(await ruleOf(ports)).toMatchObject({ status: "active", attempts: 2 });
  });

  it("does not ask before that, even when it is woken early", async () => {
    const ports = await requested();
    ports.interruptions.interrupt(
      "cacheRuleWriter.create",
      "before",
      arm("unavailable", "TooManyRequests", 60),
    );
    const [message] = ports.queue.take();
    if (message) await convergeRule(ports, message, false);
    ports.clock.advance(10);

    expect(await convergeRule(ports, { registry: "contoso", name: "nginx-rule" }, false)).toBe(
      "contoso/nginx-rule: too early, ARM asked to wait",
    );
    expect(await ports.cacheRules.list("contoso")).toEqual([]);
  });

  it("takes another operation under way for something that passes", async () => {
    const ports = await requested();
    ports.interruptions.interrupt(
      "cacheRuleWriter.create",
      "before",
      arm("conflict", "AnotherOperationInProgress"),
    );

    await work(ports);

    expect((await ruleOf(ports)).status).toBe("active");
  });

  it.each([
    ["refused", "EnforceDockerAuthentication", "Name a credential set for docker.io"],
    ["conflict", "sim:CacheRuleTargetOverlap", "Another rule holds this target"],
    ["lacksRight", "AuthorizationFailed", "Container Registry Cache Rule Administrator"],
    ["refused", "SomethingNew", "send the same request again"],
  ] as const)("records what ARM %s (%s) with a remedy, at once", async (reason, code, remedy) => {
    const ports = await requested();
    ports.interruptions.interrupt("cacheRuleWriter.create", "before", arm(reason, code));

    await work(ports);

    expect(await ruleOf(ports)).toMatchObject({
      status: "failed",
      attempts: 1,
      failure: { code, message: `ARM says ${code}.`, remedy: expect.stringContaining(remedy) },
    });
    expect(await operationOf(ports)).toMatchObject({ status: "Failed", error: { code } });
  });

  it("records why a long-running operation failed", async () => {
    const ports = await requested();
    ports.arm.next({
      kind: "fails",
      code: "UpstreamNotSupported",
      message: "Unsupported upstream.",
    });

    await work(ports);

    expect(await ruleOf(ports)).toMatchObject({
      status: "failed",
      failure: { code: "UpstreamNotSupported" },
    });
  });

  it("gives up after two hours, and a new request starts afresh", async () => {
    const ports = await requested();
    const busy = arm("unavailable", "ServerBusy", 0);
    ports.interruptions.interrupt("cacheRuleWriter.create", "before", busy, 1000);

    await work(ports, 1300);
    expect(await ruleOf(ports)).toMatchObject({ status: "requested" });
    await work(ports, 300);

    const failed = await ruleOf(ports);
    expect(failed).toMatchObject({ status: "failed", failure: { code: "GaveUp" } });
    expect(failed.failure?.message).toContain("ARM says ServerBusy.");
    ports.interruptions.clear();
    await requestRule(ports, "contoso", nginx, anna);
    await work(ports);
    expect(await ruleOf(ports)).toMatchObject({ status: "active", attempts: 1 });
  });

  it("gives up on what ARM never finishes as well", async () => {
    const ports = await requested();
    ports.arm.next({ kind: "slow" });

    await work(ports, 1600);

    const failed = await ruleOf(ports);
    expect(failed).toMatchObject({ status: "failed", failure: { code: "GaveUp" } });
    expect(failed.failure?.message).toContain("ARM says Creating");
  });

  it("waits for an operation that outlasts one run", async () => {
    const ports = await requested();
    ports.arm.next({ kind: "slow" });
    await work(ports, 3);
    expect(await ruleOf(ports)).toMatchObject({ status: "requested" });

    ports.arm.settle();
    await work(ports);

    expect((await ruleOf(ports)).status).toBe("active");
  });

  it("recovers a rule that was given up and came after all", async () => {
    const ports = await requested();
    ports.arm.next({ kind: "fails", code: "InternalServerError", message: "hm" });
    await work(ports);
    ports.arm.put("contoso", { ...nginx, credentialSet: "docker-hub" });

    await recover(ports);

    const rule = await ruleOf(ports);
    expect([rule.status, rule.failure]).toEqual(["active", undefined]);
  });
});

describe("a worker that breaks", () => {
  it("says so in the rule on the last try, and the message goes to the poison queue", async () => {
    const ports = await requested();
    const bug = () => {
      throw new TypeError("cannot read dckr_pat_SECRET of undefined");
    };
    ports.interruptions.interrupt("cacheRuleWriter.create", "before", bug, 5);

    const lines = await work(ports);

    expect(lines).toEqual(["poison: contoso/nginx-rule"]);
    expect(await ruleOf(ports)).toMatchObject({
      status: "failed",
      failure: { code: "InternalError" },
    });
    expect(JSON.stringify(ports.table.texts())).not.toContain("SECRET");
  });

  it("leaves a rule that ARM gave to somebody else meanwhile", async () => {
    const ports = await requested();
    ports.arm.put("contoso", { ...nginx, source: "quay.io/nginx/nginx" });

    await work(ports);

    expect(await ruleOf(ports)).toMatchObject({
      status: "failed",
      failure: { code: "RuleExistsWithOtherMapping" },
    });
    expect(await ports.cacheRules.get("contoso", "nginx-rule")).toMatchObject({
      source: "quay.io/nginx/nginx",
    });
  });
});

describe("the same message", () => {
  it("a hundred times at once creates one rule", async () => {
    const ports = await requested();
    const message = { registry: "contoso", name: "nginx-rule" };

    await Promise.all(Array.from({ length: 100 }, () => convergeRule(ports, message, false)));
    await work(ports);

    expect((await ruleOf(ports)).status).toBe("active");
    expect(await ports.cacheRules.list("contoso")).toHaveLength(1);
  });

  it("days late, for a rule that is gone or settled, does nothing", async () => {
    const ports = await requested();
    await work(ports);

    expect(await convergeRule(ports, { registry: "contoso", name: "nginx-rule" }, false)).toBe(
      "contoso/nginx-rule: nothing to do, the rule is active",
    );
    expect(await convergeRule(ports, { registry: "contoso", name: "never-was" }, false)).toBe(
      "contoso/never-was: gone",
    );
  });
});
