import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { secrets } from "../../src/azure/secrets.ts";
import { type ScriptedVault, scriptedVault } from "./scripted-vault.ts";

/* What Key Vault says of a disabled version, in the list of versions: no order, and times in whole seconds. */

let far: ScriptedVault;
beforeAll(async () => {
  far = await scriptedVault();
});
afterAll(() => far.close());

const id = () => `${far.url}/secrets/hub`;

describe("a disabled version", () => {
  const disabled = {
    status: 403,
    body: {
      error: {
        code: "Forbidden",
        message: "Operation get is not allowed on a disabled secret.",
        innererror: { code: "SecretDisabled" },
      },
    },
  };
  const listed = (...items: object[]) =>
    far.script(({ path }) =>
      path.endsWith("/versions") ? { status: 200, body: { value: items } } : disabled,
    );
  const item = (name: string, enabled: boolean, created: number, updated = created) => ({
    id: `${id()}/${name}`,
    attributes: { enabled, created, updated },
    tags: { name },
  });
  const seen = async () => (await secrets(far.clients).get(id()))?.version;

  it("is the newest disabled one, whatever was written since", async () => {
    listed(
      item("b1", false, 100),
      item("a3", true, 300),
      item("c2", false, 200),
      item("d0", true, 50),
    );

    expect(await secrets(far.clients).get(id())).toEqual({ version: "c2", tags: { name: "c2" } });
  });

  it("of one second is the one that was changed last, else always the same", async () => {
    listed(item("b1", false, 100, 170), item("a1", false, 100, 180), item("c1", false, 100, 175));
    expect(await seen()).toBe("a1");

    listed(item("b1", false, 100), item("a1", false, 100));
    const first = await seen();
    listed(item("a1", false, 100), item("b1", false, 100));
    expect(await seen()).toBe(first);
  });

  it("that was enabled or replaced meanwhile makes the answer unavailable", async () => {
    listed(item("a1", true, 100));
    await expect(seen()).rejects.toMatchObject({
      reason: "unavailable",
      problem: { code: "SecretMoved" },
    });
  });

  it("is gone when its secret was deleted meanwhile", async () => {
    const gone = { error: { code: "SecretNotFound", message: "was not found" } };
    far.script(({ path }) => (path.endsWith("/versions") ? { status: 404, body: gone } : disabled));
    expect(await seen()).toBeUndefined();
  });
});
