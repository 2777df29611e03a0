import { afterEach, describe, expect, it } from "vitest";
import type { HeldSecret, Secrets } from "../../src/domain/rotation-ports.ts";
import { secret } from "../../src/domain/secret.ts";
import { cloudWorlds } from "./cloud-worlds.ts";

type About = Parameters<Secrets["put"]>[2];

const plain = (held: HeldSecret | undefined) =>
  held && { ...held, value: held.value?.reveal() ?? "unreadable" };

describe.each(cloudWorlds())("secrets that cannot be read: $name", ({ make }) => {
  const port = () => make().ports.secrets;
  const put = (name: string, value: string, about: About = { tags: {} }) =>
    port().put(make().secretId(name), secret(value), about);

  afterEach(() => make().allowVault(true));

  it("knows nothing of a secret or a version that is not there, or was deleted", async () => {
    const made = await put("deleted-one", "value");
    const id = make().secretId("deleted-one");
    expect(await port().get(id, "0".repeat(32))).toBeUndefined();
    expect(await port().get(id, "")).toBeUndefined();

    make().dropSecret("deleted-one");

    expect(await port().get(make().secretId("never-there"))).toBeUndefined();
    expect(await port().get(id)).toBeUndefined();
    expect(await port().get(id, made)).toBeUndefined();
  });

  it("makes a version unreadable, and shows it without its value", async () => {
    const expiresAt = "2027-02-19T02:00:00.000Z";
    const first = await put("disabled", "old");
    const second = await put("disabled", "new", { tags: { uuid: "u-2" }, expiresAt });
    const id = make().secretId("disabled");

    await port().disable(id, second);
    await port().disable(id, second);

    const shown = { version: second, value: "unreadable", tags: { uuid: "u-2" }, expiresAt };
    expect(plain(await port().get(id))).toEqual(shown);
    expect(plain(await port().get(id, second))).toEqual(shown);
    expect(plain(await port().get(id, first))?.value).toBe("old");
  });

  it("shows the newest, not the one that is disabled, when an older one is", async () => {
    const first = await put("older-disabled", "old");
    const second = await put("older-disabled", "new");
    const id = make().secretId("older-disabled");
    await port().disable(id, first);

    expect(plain(await port().get(id))).toMatchObject({ version: second, value: "new" });
    expect(plain(await port().get(id, first))?.value).toBe("unreadable");
  });

  it("finds nothing to disable without complaint", async () => {
    const id = make().secretId("kept-enabled");
    await put("kept-enabled", "value");

    await port().disable(id, "0".repeat(32));
    await port().disable(id, "");
    await port().disable(make().secretId("never-there"), "0".repeat(32));

    expect((await port().get(id))?.value?.reveal()).toBe("value");
  });

  it("writes no version over a deleted secret, and says what to do", async () => {
    await put("deleted-name", "value");
    make().dropSecret("deleted-name");

    await expect(put("deleted-name", "other")).rejects.toMatchObject({
      reason: "conflict",
      problem: { code: "SecretDeleted", message: expect.stringMatching(/recover.*purge/s) },
    });
    expect(await port().get(make().secretId("deleted-name"))).toBeUndefined();
  });

  it("lacks the right, and never takes that for absence", async () => {
    const version = await put("forbidden", "value");
    const id = make().secretId("forbidden");
    make().allowVault(false);
    const lacking = { reason: "lacksRight", problem: { code: "Forbidden" } };

    await expect(port().get(id)).rejects.toMatchObject(lacking);
    await expect(port().get(id, version)).rejects.toMatchObject(lacking);
    await expect(port().get(make().secretId("never-there"))).rejects.toMatchObject(lacking);
    await expect(put("forbidden", "other")).rejects.toMatchObject(lacking);
    await expect(port().tag(id, version, {})).rejects.toMatchObject(lacking);
    await expect(port().disable(id, version)).rejects.toMatchObject(lacking);
  });

  it.each(["http://larder.vault.azure.net/secrets/a", "https://larder.vault.azure.net/keys/a", ""])(
    "refuses %j, which is not a secret's URL",
    async (id) => {
      const refused = { reason: "refused", problem: { code: "SecretIdInvalid" } };
      await expect(port().get(id)).rejects.toMatchObject(refused);
      await expect(port().put(id, secret("v"), { tags: {} })).rejects.toMatchObject(refused);
      await expect(port().tag(id, "a", {})).rejects.toMatchObject(refused);
      await expect(port().disable(id, "a")).rejects.toMatchObject(refused);
    },
  );
});
