import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { LarderError } from "../../src/domain/errors.ts";
import { convergeRule } from "../../src/jobs/converge-rule.ts";
import { type FakePorts, fakePorts } from "../fakes/ports.ts";
import { type Served, serve } from "./serve.ts";

const rule = "/api/registries/contoso/rules/grafana";
const body = { source: "quay.io/grafana/*", target: "grafana/*" };

let ports: FakePorts;
let served: Served;

beforeEach(async () => {
  ports = fakePorts();
  served = await serve(() => ports);
});
afterEach(() => served.close());

/** Others are quicker at each of the next writes. */
function overtake(times: number): void {
  const act = () => {
    throw new LarderError("stale", { code: "RuleChanged", message: "The rule has moved." });
  };
  ports.interruptions.interrupt("rules.commit", "before", act, times);
}

async function work(): Promise<void> {
  for (const message of ports.queue.take()) await convergeRule(ports, message, false);
}

async function ruleThatExists(): Promise<string> {
  await served.call("PUT", rule, { body });
  await work();
  return (await served.call("GET", rule)).headers.get("ETag") ?? "";
}

const changes = [
  ["PATCH", { body: { owner: "ada" } }, 200],
  ["DELETE", {}, 202],
] as const;

describe("a change that others keep overtaking", () => {
  it.each(changes)(
    "%s: is 409 and may be sent again, without a condition",
    async (method, sent) => {
      await ruleThatExists();
      overtake(1000);

      const heard = await served.call(method, rule, sent);

      expect([heard.status, heard.code]).toEqual([409, "ConcurrentChange"]);
      expect(heard.headers.get("Retry-After")).toBe("1");
      expect(served.log).toEqual([expect.stringContaining("answered 409 ConcurrentChange")]);
    },
  );

  it.each(changes)("%s: is 412 against If-Match", async (method, sent) => {
    const tag = await ruleThatExists();
    overtake(1000);

    const heard = await served.call(method, rule, { ...sent, headers: { "If-Match": tag } });

    expect([heard.status, heard.code]).toEqual([412, "RuleChanged"]);
    expect(heard.headers.get("Retry-After")).toBeNull();
  });

  it.each(changes)("%s: goes through when it was overtaken once", async (method, sent, status) => {
    await ruleThatExists();
    overtake(1);

    expect((await served.call(method, rule, sent)).status).toBe(status);
  });

  it("PUT under If-None-Match is 412 when somebody made the rule in between", async () => {
    ports.interruptions.interrupt("rules.commit", "before", async () => {
      await served.call("PUT", rule, { body });
    });

    const heard = await served.call("PUT", rule, { body, headers: { "If-None-Match": "*" } });

    expect([heard.status, heard.code]).toEqual([412, "ConditionNotMet"]);
  });

  it("PUT under If-Match is 412 when somebody deleted the rule in between", async () => {
    await served.call("PUT", rule, { body });
    ports.arm.next({ kind: "fails", code: "AuthorizationFailed", message: "Not allowed." });
    await work();
    const tag = (await served.call("GET", rule)).headers.get("ETag") ?? "";
    ports.interruptions.interrupt("rules.commit", "before", async () => {
      await served.call("DELETE", rule);
    });

    const heard = await served.call("PUT", rule, { body, headers: { "If-Match": tag } });

    expect([heard.status, heard.code]).toEqual([412, "ConditionNotMet"]);
    expect((await served.call("GET", rule)).json).toMatchObject({ status: "deleting" });
  });
});
