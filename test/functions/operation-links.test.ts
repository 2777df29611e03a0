import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { convergeRule } from "../../src/jobs/converge-rule.ts";
import { type FakePorts, fakePorts } from "../fakes/ports.ts";
import { operations } from "./document.ts";
import { type Heard, type Served, serve } from "./serve.ts";

const rules = "/api/registries/contoso/rules";
const grafana = { source: "docker.io/grafana/*", target: "grafana/*" };
const waiting = { source: "quay.io/argoproj/*", target: "argo/*" };

let ports: FakePorts;
let served: Served;

beforeEach(async () => {
  ports = fakePorts({ policy: { approvalSources: ["quay.io/*"] } });
  served = await serve(() => ports);
});
afterEach(() => served.close());

const ask = (method: string, path: string, body?: object) =>
  served.call(method, `${rules}${path}`, body && { body });

async function work(): Promise<void> {
  for (const message of ports.queue.take()) await convergeRule(ports, message, false);
}

/** Which of the headers of long work an answer has that its description does not name. */
function undocumentedHeaders(operationId: string, { status, headers }: Heard): string[] {
  const found = operations().find((one) => one.operationId === operationId);
  const named = Object.keys(found?.responses[status]?.headers ?? {});
  const all = ["ETag", "Operation-Location", "Retry-After"];
  return all.filter((name) => headers.has(name) && !named.includes(name));
}

const cases: readonly (readonly [
  name: string,
  operationId: string,
  wanted: readonly [status: number, linked: boolean],
  play: () => Promise<Heard>,
])[] = [
  ["a new rule", "putRule", [201, true], () => ask("PUT", "/grafana", grafana)],
  ["a new rule that waits", "putRule", [201, true], () => ask("PUT", "/argo-cd", waiting)],
  [
    "a repeat while it is being made",
    "putRule",
    [200, true],
    async () => {
      await ask("PUT", "/grafana", grafana);
      return ask("PUT", "/grafana", grafana);
    },
  ],
  [
    "a repeat while it waits",
    "putRule",
    [200, true],
    async () => {
      await ask("PUT", "/argo-cd", waiting);
      return ask("PUT", "/argo-cd", waiting);
    },
  ],
  [
    "a repeat once it is made",
    "putRule",
    [200, false],
    async () => {
      await ask("PUT", "/grafana", grafana);
      await work();
      return ask("PUT", "/grafana", grafana);
    },
  ],
  [
    "a repeat without a name, once it is made",
    "postRule",
    [200, false],
    async () => {
      await ask("POST", "", grafana);
      await work();
      return ask("POST", "", grafana);
    },
  ],
  [
    "a rule of ARM's own, taken over",
    "putRule",
    [200, false],
    async () => {
      ports.arm.put("contoso", { name: "grafana", ...grafana, credentialSet: "docker-hub" });
      return ask("PUT", "/grafana", grafana);
    },
  ],
  [
    "a change by way of ARM",
    "patchRule",
    [202, true],
    async () => {
      await ask("PUT", "/grafana", grafana);
      await work();
      ports.sets.put("contoso", { name: "spare" });
      return ask("PATCH", "/grafana", { credentialSet: "spare" });
    },
  ],
  [
    "a deletion joined",
    "deleteRule",
    [202, true],
    async () => {
      await ask("PUT", "/grafana", grafana);
      await ask("DELETE", "/grafana");
      return ask("DELETE", "/grafana");
    },
  ],
];

describe("the way to an operation", () => {
  it.each(cases)("%s", async (_name, operationId, [status, linked], play) => {
    const heard = await play();
    const way = heard.headers.get("Operation-Location");

    expect([heard.status, way !== null, heard.headers.has("Retry-After")]).toEqual([
      status,
      linked,
      linked,
    ]);
    expect(undocumentedHeaders(operationId, heard)).toEqual([]);
    const followed = way && (await served.call("GET", way.slice(served.url.length))).status;
    expect(followed).toBe(linked ? 200 : null);
  });
});

describe("a registry's name", () => {
  it("is shown as the settings spell it, however the caller does", async () => {
    const heard = await served.call("PUT", "/api/registries/CONTOSO/rules/grafana", {
      body: grafana,
    });
    const batch = await served.call("POST", "/api/registries/Contoso/rules/batch", {
      body: { rules: [{ name: "alpine", source: "docker.io/library/alpine", target: "alpine" }] },
    });
    const way = heard.headers.get("Operation-Location")?.slice(served.url.length) ?? "";
    const operation = await served.call("GET", way);

    expect(heard.json).toMatchObject({ id: "/registries/contoso/rules/grafana" });
    expect(heard.json).toMatchObject({ registry: "contoso" });
    expect(batch.json).toMatchObject({
      value: [{ rule: { id: "/registries/contoso/rules/alpine", registry: "contoso" } }],
    });
    expect(operation.json).toMatchObject({ resource: "/registries/contoso/rules/grafana" });
  });
});
