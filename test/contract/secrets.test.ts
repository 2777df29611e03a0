import { describe, expect, it } from "vitest";
import type { HeldSecret, Secrets } from "../../src/domain/rotation-ports.ts";
import { secret } from "../../src/domain/secret.ts";
import { cloudWorlds } from "./cloud-worlds.ts";

type About = Parameters<Secrets["put"]>[2];

const plain = (held: HeldSecret | undefined) =>
  held && { ...held, value: held.value?.reveal() ?? "unreadable" };

describe.each(cloudWorlds())("secrets: $name", ({ make }) => {
  const port = () => make().ports.secrets;
  const put = (name: string, value: string, about: About = { tags: {} }) =>
    port().put(make().secretId(name), secret(value), about);

  it("writes versions, of which the newest is live, each with its own tags and expiry", async () => {
    const id = make().secretId("versions");
    const tags = { uuid: "u-1", rotation: "r-1" };
    const first = await put("versions", "old", { tags, expiresAt: "2027-02-19T02:00:00.000Z" });
    const second = await put("versions", "new");

    expect(first).toMatch(/^[0-9a-f]{32}$/);
    expect(plain(await port().get(id))).toEqual({ version: second, value: "new", tags: {} });
    expect(plain(await port().get(id, first))).toEqual({
      version: first,
      value: "old",
      tags,
      expiresAt: "2027-02-19T02:00:00.000Z",
    });
    expect(plain(await port().get(`${id}/${first}`))?.value).toBe("old");
  });

  it("keeps an expiry to the second", async () => {
    await put("seconds", "v", { tags: {}, expiresAt: "2027-02-19T02:00:00.999Z" });

    const held = await port().get(make().secretId("seconds"));

    expect(held?.expiresAt).toBe("2027-02-19T02:00:00.000Z");
  });

  it.each([
    ["with letters of the world", "pässwörd-密碼-🔑"],
    ["with line breaks", "line one\nline two\r\n"],
    ["that is empty", ""],
    ["that looks like JSON", '{"value":"\\"}'],
  ])("gives back a value %s", async (name, value) => {
    const secretName = name.replaceAll(/[^a-z]/gi, "-");
    await put(secretName, value);

    const held = await port().get(make().secretId(secretName));

    expect(held?.value?.reveal()).toBe(value);
  });

  it("replaces the tags of one version and nothing else", async () => {
    const expiresAt = "2027-02-19T02:00:00.000Z";
    const first = await put("tags", "old", { tags: { uuid: "u-1", owner: "a" }, expiresAt });
    const second = await put("tags", "new", { tags: { uuid: "u-2" } });
    const id = make().secretId("tags");

    await port().tag(id, first, { uuid: "u-3" });

    expect(plain(await port().get(id, first))).toEqual({
      version: first,
      value: "old",
      tags: { uuid: "u-3" },
      expiresAt,
    });
    expect((await port().get(id, second))?.tags).toEqual({ uuid: "u-2" });
  });

  it("answers missing when there is no version to tag", async () => {
    await put("untagged", "value");
    const id = make().secretId("untagged");
    const missing = { reason: "missing", problem: { code: "SecretNotFound" } };

    await expect(port().tag(id, "0".repeat(32), { a: "b" })).rejects.toMatchObject(missing);
    await expect(port().tag(id, "", { a: "b" })).rejects.toMatchObject(missing);
    await expect(
      port().tag(make().secretId("never-there"), "0".repeat(32), {}),
    ).rejects.toMatchObject(missing);
    expect((await port().get(id))?.tags).toEqual({});
  });

  it("makes a version of every write, however many write at once", async () => {
    const values = Array.from({ length: 8 }, (_, index) => `value-${index}`);

    const versions = await Promise.all(values.map((value) => put("crowded", value)));

    const id = make().secretId("crowded");
    const held = await Promise.all(versions.map((version) => port().get(id, version)));
    expect(held.map((one) => one?.value?.reveal())).toEqual(values);
    expect(new Set(versions).size).toBe(8);
    expect(versions).toContain((await port().get(id))?.version);
  });
});
