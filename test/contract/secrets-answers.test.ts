import { inspect } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { secrets } from "../../src/azure/secrets.ts";
import { vault } from "../../src/azure/vault.ts";
import { LarderError } from "../../src/domain/errors.ts";
import { secret } from "../../src/domain/secret.ts";
import type { Answer } from "../local/service.ts";
import { type ScriptedVault, scriptedVault } from "./scripted-vault.ts";

/* Odd answers, through the real SDK: what becomes of them, and that none carries a value out. */

let far: ScriptedVault;
beforeAll(async () => {
  far = await scriptedVault();
});
afterAll(() => far.close());

const value = "correct-horse-battery";
const id = () => `${far.url}/secrets/hub`;
const version = "a".repeat(32);
const bundle = (what: object = {}) => ({
  value,
  id: `${id()}/${version}`,
  attributes: { enabled: true, created: 1_790_000_000, updated: 1_790_000_000 },
  ...what,
});

const calls = {
  get: () => secrets(far.clients).get(id()),
  read: () => vault(far.clients).read(id()),
  put: () => secrets(far.clients).put(id(), secret(value), { tags: { uuid: "u-1" } }),
  tag: () => secrets(far.clients).tag(id(), version, { uuid: "u-1" }),
  disable: () => secrets(far.clients).disable(id(), version),
};
/** What all calls reject with, which must be LarderErrors without the value anywhere in them. */
async function troublesOf(answer: Answer): Promise<Record<string, string>> {
  far.script(() => answer);
  const troubles = Object.entries(calls).map(async ([name, call]) => {
    const error: unknown = await call().then(
      () => "no trouble",
      (thrown: unknown) => thrown,
    );
    const shown = `${inspect(error, { showHidden: true, depth: 20 })} ${JSON.stringify(error)}`;
    expect(shown).not.toContain("correct-horse");
    expect(error).toBeInstanceOf(LarderError);
    return [name, (error as LarderError).reason];
  });
  return Object.fromEntries(await Promise.all(troubles));
}

const all = (reason: string) => ({
  get: reason,
  read: reason,
  put: reason,
  tag: reason,
  disable: reason,
});
const json = { "Content-Type": "application/json; charset=utf-8" };

describe("whatever is asked", () => {
  it.each([
    ["empty", { status: 200 }],
    ["cut off", { status: 200, headers: json, body: `{"value":"${value}","id":` }],
    ["a page of a proxy", { status: 200, headers: { "Content-Type": "text/html" }, body: value }],
  ])("is unavailable when the answer is %s", async (_name, answer) => {
    expect(await troublesOf(answer)).toEqual(all("unavailable"));
  });

  it.each([
    [400, "refused"],
    [401, "lacksRight"],
    [403, "lacksRight"],
    [409, "conflict"],
    [429, "unavailable"],
    [500, "unavailable"],
  ] as const)("a %i is %s, with or without a body that can be read", async (status, reason) => {
    const headers = { "Retry-After": "30" };
    const error = { code: "Odd", message: `password="${value}"`, value };
    for (const body of [undefined, "", "null", `<p>${value}</p>`, { error }])
      expect(await troublesOf({ status, headers, body })).toEqual(all(reason));
  });
});

it("takes no other 404 for the absence of a secret", async () => {
  const answer = { status: 404, body: { error: { code: "NotFound", message: "no such path" } } };
  const other = { put: "missing", tag: "missing", read: "missing" };
  expect(await troublesOf(answer)).toEqual({ get: "refused", disable: "refused", ...other });
});

it("sends one value in one write, with its type, tags and expiry, and takes the version from the answer", async () => {
  const bodies: string[] = [];
  far.script(({ method, path, body }) => {
    bodies.push(`${method} ${path} ${body.toString()}`);
    return { status: 200, body: bundle() };
  });

  const about = { tags: { uuid: "u-1" }, expiresAt: "2027-02-19T02:00:00.000Z" };
  expect(await secrets(far.clients).put(id(), secret(value), about)).toBe(version);

  expect(bodies).toEqual([
    `PUT /secrets/hub {"value":"${value}","tags":{"uuid":"u-1"},"contentType":"text/plain","attributes":{"exp":1803002400}}`,
  ]);
});

it("writes an expiry of the far future as the last one that the SDK can tell", async () => {
  let sent = "";
  far.script(({ body }) => {
    sent = body.toString();
    return { status: 200, body: bundle() };
  });

  const about = { tags: {}, expiresAt: "2099-12-31T00:00:00.000Z" };
  await secrets(far.clients).put(id(), secret(value), about);

  expect(sent).toContain('"attributes":{"exp":2147483647}');
});
