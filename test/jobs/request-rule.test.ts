import { describe, expect, it } from "vitest";
import { LarderError } from "../../src/domain/errors.ts";
import { readOperation } from "../../src/jobs/read-operation.ts";
import { readRule } from "../../src/jobs/read-rule.ts";
import { requestRule } from "../../src/jobs/request-rule.ts";
import { requestRules } from "../../src/jobs/request-rules.ts";
import { fakePorts } from "../fakes/ports.ts";
import { anna, ben, carl } from "./people.ts";
import { work } from "./world.ts";

const nginx = { name: "nginx-rule", source: "docker.io/nginx", target: "nginx", owner: "web" };
const code = (error: unknown) => (error instanceof LarderError ? error.problem.code : error);

describe("requesting a rule", () => {
  it("records it at once, and the worker makes it active", async () => {
    const ports = fakePorts();

    const { stored, created } = await requestRule(ports, "contoso", nginx, anna);
    const before = await ports.cacheRules.list("contoso");
    ports.clock.advance(1);
    const lines = await work(ports);

    expect(created).toBe(true);
    expect(stored.value).toMatchObject({
      status: "requested",
      requestedBy: "anna",
      credentialSet: "docker-hub",
    });
    expect(before).toEqual([]);
    expect(lines).toEqual(["contoso/nginx-rule: active"]);
    expect(await readRule(ports, "contoso", "NGINX-rule")).toMatchObject({
      rule: { status: "active", owner: "web" },
      live: { source: "docker.io/library/nginx", target: "nginx", provisioningState: "Succeeded" },
    });
    expect(await readOperation(ports, stored.value.operationId)).toMatchObject({
      status: "Succeeded",
      kind: "createRule",
      resource: "nginx-rule",
    });
    const { entries } = await ports.history.list("contoso", { limit: 10 });
    expect(entries.map(({ event, by }) => `${event} by ${by}`)).toEqual([
      "activated by larder",
      "requested by anna",
    ]);
  });

  it("twice is one rule", async () => {
    const ports = fakePorts();
    const first = await requestRule(ports, "contoso", nginx, anna);
    const second = await requestRule(ports, "contoso", nginx, ben);
    await work(ports);
    const third = await requestRule(ports, "contoso", { ...nginx, name: "NGINX-RULE" }, carl);

    expect([first.created, second.created, third.created]).toEqual([true, false, false]);
    expect(third.stored.value).toMatchObject({
      name: "nginx-rule",
      requestedBy: "anna",
      status: "active",
    });
    expect(await ports.cacheRules.list("contoso")).toHaveLength(1);
  });

  it("with the name left out, a repeat finds the same rule", async () => {
    const ports = fakePorts();
    const first = await requestRule(ports, "contoso", { source: "docker.io/grafana/*" }, anna);
    const second = await requestRule(ports, "contoso", { source: "docker.io/grafana/*" }, anna);

    expect(second.created).toBe(false);
    expect(second.stored.value.name).toBe(first.stored.value.name);
  });

  it.each([
    [
      "one name",
      { name: "rule-a", source: "docker.io/a/a", target: "a" },
      { name: "rule-a", source: "docker.io/b/b", target: "b" },
      "RuleExistsWithOtherMapping",
    ],
    [
      "one target",
      { name: "rule-a", source: "docker.io/a/a", target: "x" },
      { name: "rule-b", source: "docker.io/b/b", target: "x" },
      "TargetInUse",
    ],
    [
      "nested targets",
      { name: "rule-a", source: "docker.io/a/*", target: "x/*" },
      { name: "rule-b", source: "docker.io/b/*", target: "x/y/*" },
      "WildcardTargetsOverlap",
    ],
  ])("racing for %s: one winner, one clear refusal", async (_case, a, b, expected) => {
    const ports = fakePorts();

    const outcomes = await Promise.allSettled([
      requestRule(ports, "contoso", a, anna),
      requestRule(ports, "contoso", b, ben),
    ]);
    await work(ports);

    expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(
      outcomes.flatMap((one) => (one.status === "rejected" ? [code(one.reason)] : [])),
    ).toEqual([expected]);
    expect(await ports.cacheRules.list("contoso")).toHaveLength(1);
  });

  it("takes over a rule that was made outside, unchanged", async () => {
    const ports = fakePorts();
    ports.arm.put("contoso", {
      name: "nginx-rule",
      source: "docker.io/library/nginx",
      target: "nginx",
      credentialSet: "docker-hub",
    });

    const { stored, created } = await requestRule(ports, "contoso", nginx, anna);

    expect(created).toBe(false);
    expect(stored.value).toMatchObject({
      status: "active",
      owner: "web",
      credentialSet: "docker-hub",
    });
    expect(ports.queue.waiting()).toEqual([]);
  });

  it("of an unknown registry names the known ones", async () => {
    await expect(
      requestRule(fakePorts({ registries: ["contoso", "fabrikam"] }), "nowhere", nginx, anna),
    ).rejects.toMatchObject({
      reason: "missing",
      problem: { message: expect.stringContaining("contoso, fabrikam") },
    });
  });

  it("is kept when the queue takes no message", async () => {
    const ports = fakePorts();
    ports.interruptions.interrupt("outbox.send", "before", () => {
      throw new LarderError("unavailable", { code: "QueueUnavailable", message: "down" });
    });

    const { stored } = await requestRule(ports, "contoso", nginx, anna);

    expect(stored.value.status).toBe("requested");
  });
});

describe("a batch", () => {
  it("gives each its own result", async () => {
    const ports = fakePorts();
    const results = await requestRules(
      ports,
      "contoso",
      [
        nginx,
        { ...nginx, name: "other-rule" },
        { source: "docker.io/Bad" },
        { source: "quay.io/a/*" },
      ],
      anna,
    );

    expect(
      results.map((one) =>
        one instanceof LarderError ? one.problem.code : one.stored.value.status,
      ),
    ).toEqual(["requested", "TargetInUse", "SourceUpperCase", "requested"]);
  });
});
