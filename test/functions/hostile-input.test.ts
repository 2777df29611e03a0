import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { endpoints } from "../../src/functions/endpoints.ts";
import { fakePorts } from "../fakes/ports.ts";
import { refusal } from "./refusal.ts";
import { functionKey, type Heard, type Served, serve } from "./serve.ts";

const table = endpoints(() => fakePorts());
const good: Record<string, string> = {
  registry: "contoso",
  name: "nginx",
  id: "contoso-aaaaaaaaaaaaaaaaaaaaaaaaaa",
};

let served: Served;
beforeAll(async () => {
  const ports = fakePorts();
  served = await serve(() => ports);
});
afterAll(() => served.close());

/** The address of an endpoint, its parameters filled in. */
function address(route: string, params = good): string {
  return `/api/${route.replace(/\{\w+:[^}]*\}/, "").replaceAll(/\{(\w+)\}/g, (_all, name: string) => params[name] ?? "")}`;
}

/** Sends a path exactly as written; `fetch` would tidy it up. */
function raw(method: string, path: string): Promise<Pick<Heard, "status" | "text" | "code">> {
  return new Promise((resolve, reject) => {
    const headers = { "x-functions-key": functionKey };
    const sent = request(served.url, { method, path, headers }, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          text: Buffer.concat(parts).toString(),
          code: String(response.headers["x-ms-error-code"]),
        }),
      );
    });
    sent.on("error", reject);
    sent.end();
  });
}

const refused = /^4\d\d \w+$/;

const words: readonly string[] = [
  "%00",
  "%0d%0aX-Evil:1",
  "..%2f..%2f",
  "..%5c",
  "..;",
  "%F0%9F%98%80",
  "%ED%A0%80",
  "%ff",
  "%",
  "%E2%80%AEevil",
  "__proto__",
  "{name}",
  "a".repeat(5000),
  "'%20or%20'1'='1",
  "<script>",
];

const params = table.flatMap(({ name, method, route }) =>
  [...route.matchAll(/\{(\w+)\}/g)].map(([, param = ""]) => [name, method, route, param] as const),
);

describe("odd path parameters", () => {
  it.each(params)("%s %s %s: {%s}", async (_name, method, route, param) => {
    for (const word of words) {
      const heard = await raw(method, address(route, { ...good, [param]: word }));
      expect([word, refusal(heard)]).toEqual([word, expect.stringMatching(refused)]);
    }
  });

  it.each([
    "/api//registries/contoso/rules",
    "/api/./x",
    "/api/registries//rules",
    "/api/%2f%2f",
    "/api/%00",
    "/api/registries/contoso/rules/%2e%2e/%2e%2e/%2e%2e/admin",
    "/api/registries/%2e%2e/%2e%2e/api/registries/contoso/rules/nginx",
  ])("no such address: %s", async (path) => {
    const heard = await raw("GET", path);

    expect(refusal(heard)).toMatch(refused);
  });
});

const strange = [
  "unknown=1",
  "__proto__=1",
  "constructor=1",
  "api-version=2019-01-01",
  "api-version=",
  "%00=1",
];

describe("odd queries", () => {
  it.each(table.map(({ name, method, route }) => [name, method, route] as const))(
    "%s %s %s",
    async (name, method, route) => {
      for (const query of strange) {
        const heard = await served.call(method, `${address(route)}?${query}`);
        expect(refusal(heard)).toMatch(/^400 (UnknownQueryParameter|UnsupportedApiVersionValue)$/);
      }
      const one = table.find((each) => each.name === name);
      for (const parameter of Object.keys(one?.query.shape ?? {})) {
        const twice = await served.call(method, `${address(route)}?${parameter}=a&${parameter}=a`);
        expect(twice.headers.get("x-ms-error-code")).toBe("DuplicateQueryParameter");
      }
    },
  );

  const odd = ["", "%00", "%E2%80%AEx", "a".repeat(3000), "%ff%0a"];
  it.each([
    ["top", [...odd, "-1", "0", "101", "1e1", "05", "1.5", "[]"]],
    ["continuation", [...odd, "[]", "a=b"]],
    ["status", [...odd, "nope", "Active", "[]"]],
    ["owner", odd],
    ["source", odd],
  ])("listRules: %s", async (name, values) => {
    for (const value of values) {
      const heard = await served.call("GET", `/api/registries/contoso/rules?${name}=${value}`);
      expect([value, refusal(heard)]).toEqual([value, "400 InvalidQueryParameter"]);
    }
  });

  it("takes a continuation that decodes to nonsense for a place behind all rules", async () => {
    const heard = await served.call("GET", "/api/registries/contoso/rules?continuation=____");

    expect([heard.status, heard.json]).toEqual([200, { value: [] }]);
  });
});
