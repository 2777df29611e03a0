import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { convergeRule } from "../../src/jobs/converge-rule.ts";
import { type FakePorts, fakePorts } from "../fakes/ports.ts";
import { undocumented } from "./document.ts";
import { type Heard, type Served, serve } from "./serve.ts";

const rules = "/api/registries/contoso/rules";
const grafana = { source: "docker.io/grafana/*", target: "grafana/*" };

let ports: FakePorts;
let served: Served;

beforeEach(async () => {
  ports = fakePorts();
  served = await serve(() => ports);
});
afterEach(() => served.close());

/** A body that must be as the description says. */
function described(operationId: string, { status, json }: Heard): unknown {
  expect(undocumented(operationId, status, json)).toBe("");
  return json;
}

async function work(): Promise<void> {
  for (const message of ports.queue.take()) await convergeRule(ports, message, false);
}

const put = (body: object = grafana) => served.call("PUT", `${rules}/grafana`, { body });

describe("a rule that is to be forgotten", () => {
  const forget = (headers = {}) => served.call("POST", `${rules}/grafana/forget`, { headers });

  it("is 200 with the rule as ARM has it, as often as it is asked", async () => {
    await put({ ...grafana, owner: "ada" });
    await work();
    ports.clock.advance(60);
    const first = await forget();
    const second = await forget();

    expect([first.status, second.status]).toEqual([200, 200]);
    expect(described("forgetRule", first)).toMatchObject({
      status: "unmanaged",
      etag: first.headers.get("ETag"),
      live: { provisioningState: "Succeeded", target: "grafana/*" },
    });
    expect(first.json).not.toHaveProperty("owner");
    expect(first.json).not.toHaveProperty("operationId");
    expect(second.json).toEqual(first.json);
    const history = await served.call("GET", "/api/registries/contoso/history?top=1");
    expect(history.json).toMatchObject({
      value: [{ event: "forgotten", by: "function key", resource: "grafana" }],
    });
  });

  it("is 204 when ARM does not have it, then 404", async () => {
    await put();
    await work();
    ports.arm.delete("contoso", "grafana");

    const [first, second] = [await forget(), await forget()];

    expect([first.status, first.text]).toEqual([204, ""]);
    expect([second.status, second.headers.get("x-ms-error-code")]).toEqual([404, "RuleNotFound"]);
  });

  it("is 409 on its way, and 412 in another state than named", async () => {
    await put();
    const busy = await forget();
    await work();
    const stale = await forget({ "If-Match": '"other"' });

    expect([busy.status, busy.headers.get("x-ms-error-code")]).toEqual([409, "RuleBusy"]);
    expect([stale.status, stale.headers.get("x-ms-error-code")]).toEqual([412, "ConditionNotMet"]);
  });
});
