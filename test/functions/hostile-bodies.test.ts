import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { endpoints } from "../../src/functions/endpoints.ts";
import { type FakePorts, fakePorts } from "../fakes/ports.ts";
import { refusal } from "./refusal.ts";
import { type Served, serve } from "./serve.ts";

let ports: FakePorts;
let served: Served;
beforeAll(async () => {
  ports = fakePorts();
  served = await serve(() => ports);
});
afterAll(() => served.close());

const table = endpoints(() => fakePorts());
const address = (route: string) =>
  `/api/${route.replace("{registry}", "contoso").replace("{name}", "nginx")}`;
const calls = table.map(({ name, method, route, body }) => ({ name, method, route, body }));
const withBody = calls.filter(({ body }) => body !== undefined);
const withoutBody = calls.filter(({ body, method }) => body === undefined && method !== "GET");

const bytes = (...values: number[]) => Uint8Array.from(values);
const deep = (levels: number) => `{"source":${"[".repeat(levels)}${"]".repeat(levels)}}`;

const bodies: readonly (readonly [string, string | Uint8Array, number, string])[] = [
  ["no JSON", "{", 400, "InvalidJson"],
  ["a comment", "{} // x", 400, "InvalidJson"],
  ["NaN", '{"source":NaN}', 400, "InvalidJson"],
  ["invalid UTF-8", bytes(0x7b, 0x22, 0xff, 0x22, 0x7d), 400, "InvalidJson"],
  ["an overlong NUL", bytes(0x22, 0xc0, 0x80, 0x22), 400, "InvalidJson"],
  ["a surrogate as UTF-8", bytes(0x22, 0xed, 0xa0, 0x80, 0x22), 400, "InvalidJson"],
  ["UTF-16", Buffer.from("{}", "utf16le"), 400, "InvalidJson"],
  ["a list", "[]", 400, "InvalidRequestBody"],
  ["a text", '"source"', 400, "InvalidRequestBody"],
  ["a number", "1e400", 400, "InvalidRequestBody"],
  ["null", "null", 400, "InvalidRequestBody"],
  ["33 levels", deep(40), 400, "JsonTooDeep"],
  ["100,000 levels", deep(100_000), 400, "JsonTooDeep"],
  ["__proto__", '{"__proto__":{"source":"x"}}', 400, "InvalidRequestBody"],
  ["constructor", '{"constructor":{"prototype":{}}}', 400, "InvalidRequestBody"],
  ["__proto__ further in", '{"refresh":{"__proto__":null}}', 400, "InvalidRequestBody"],
  ["half a surrogate pair", '{"source":"a\\ud800"}', 400, "InvalidRequestBody"],
  ["half a pair in a name", '{"\\udfff":1}', 400, "InvalidRequestBody"],
  ["a NUL", '{"source":"a\\u0000b"}', 400, "InvalidRequestBody"],
  ["an escape", '{"reason":"\\u001b[2J"}', 400, "InvalidRequestBody"],
  ["reversed text", '{"reason":"\\u202egnp"}', 400, "InvalidRequestBody"],
  ["an unknown field", '{"sauce":"docker.io/library/nginx"}', 400, "InvalidRequestBody"],
  [
    "10,000 unknown fields",
    JSON.stringify(Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`f${n}`, n]))),
    400,
    "InvalidRequestBody",
  ],
  ["a long text", JSON.stringify({ reason: "a".repeat(200_000) }), 400, "InvalidRequestBody"],
  ["256 KiB and a byte", `"${"a".repeat(256 * 1024 - 1)}"`, 413, "RequestBodyTooLarge"],
  ["10 MB", Buffer.alloc(10_000_000, "["), 413, "RequestBodyTooLarge"],
];

describe.each(withBody)("$name", ({ method, route, body }) => {
  it.each(bodies)("refuses %s", async (_name, sent, status, code) => {
    const heard = await served.call(method, address(route), { body: sent });

    expect(refusal(heard)).toBe(`${status} ${code}`);
  });

  it.each([
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "application/json; charset=utf-16",
    "application/jsonx",
    "",
  ])("refuses the content type %j", async (type) => {
    const headers = { "Content-Type": type };
    const heard = await served.call(method, address(route), { body: "{}", headers });

    expect(refusal(heard)).toBe("415 UnsupportedMediaType");
  });

  it("refuses no body at all, unless none is needed", async () => {
    const heard = await served.call(method, address(route));

    const absent = route.includes("credential-sets") ? "404 RotationNotFound" : "404 RuleNotFound";
    expect(refusal(heard)).toBe(body?.optional ? absent : "400 MissingRequestBody");
  });
});

describe.each(withoutBody)("$name", ({ method, route }) => {
  it.each(bodies)("refuses %s", async (_name, sent) => {
    const heard = await served.call(method, address(route), { body: sent });

    expect(refusal(heard)).toMatch(/^(400|413) \w+$/);
  });
});

const fields: readonly (readonly [string, unknown])[] = [
  ["source", null],
  ["source", ""],
  ["source", {}],
  ["target", 1],
  ["target", "a\nb"],
  ["credentialSet", ["x"]],
  ["owner", "\u200f"],
  ["owner", "a".repeat(201)],
  ["owner", " "],
  ["owner", "a "],
  ["reason", true],
  ["expiresOn", "tomorrow"],
  ["expiresOn", "2027-02-30T00:00:00Z"],
  ["expiresOn", "2027-01-01"],
  ["expiresOn", 1_800_000_000],
  ["expiresOn", "9999-12-31T23:59:59-23:00"],
  ["expiresOn", `2027-01-01T00:00:00.${"0".repeat(20_000)}Z`],
  ["refresh", "daily"],
  ["refresh.tags", { tags: [], every: "PT6H" }],
  ["refresh.tags[0]", { tags: ["/(/"], every: "PT6H" }],
  ["refresh.every", { tags: ["latest"], every: "PT59S" }],
  ["refresh.every", { tags: ["latest"], every: "6h" }],
  ["refresh.every", { tags: ["latest"], every: "P10Y1D" }],
  ["refresh.every", { tags: ["latest"], every: "P530W" }],
  ["refresh.every", { tags: ["latest"], every: "PT87841H" }],
  ["refresh.every", { tags: ["latest"], every: `PT${"9".repeat(20_000)}S` }],
  ["refresh.every", { tags: ["latest"], every: `PT0.${"0".repeat(30)}S` }],
  ["refresh.minimumAge", { tags: ["latest"], every: "PT6H", minimumAge: "P121M" }],
  ["refresh.tags[1]", { tags: ["latest", "ü"], every: "PT6H" }],
  ["refresh.tags[0]", { tags: ["a".repeat(129)], every: "PT6H" }],
  [
    "refresh.platforms[0]",
    { tags: ["latest"], every: "PT6H", platforms: [`linux/${"a".repeat(20_000)}`] },
  ],
  ["refresh.platforms", { tags: ["latest"], every: "PT6H", platforms: "some" }],
  ["refresh.strategy", { tags: ["latest"], every: "PT6H", strategy: "force" }],
  ["refresh.often", { tags: ["latest"], every: "PT6H", often: true }],
];

describe("a field that is wrong", () => {
  it.each(fields)("%s: %.80j is named", async (target, value) => {
    const field = target.split(/[.[]/)[0] ?? "";
    const body = { source: "docker.io/library/nginx", [field]: value };
    const heard = await served.call("PUT", "/api/registries/contoso/rules/nginx", { body });

    expect(refusal(heard)).toBe("400 InvalidRequestBody");
    expect(heard.json).toMatchObject({ error: { target, details: [{ target }] } });
  });

  it.each([
    ["an ETag without quotes", { "If-Match": "abc" }],
    ["two ETags", { "If-Match": '"a", "b"' }],
    ["an ETag where only * is taken", { "If-None-Match": '"a"' }],
  ])("%s is named", async (_name, headers) => {
    const body = { source: "docker.io/library/nginx" };
    const heard = await served.call("PUT", "/api/registries/contoso/rules/nginx", {
      body,
      headers,
    });

    expect(refusal(heard)).toBe("400 InvalidHeaderValue");
  });
});

it("wrote nothing for any of it", () => {
  expect(ports.table.texts()).toEqual([]);
  expect(ports.rotationTable.texts()).toEqual([]);
  expect(ports.queue.waiting()).toEqual([]);
});
