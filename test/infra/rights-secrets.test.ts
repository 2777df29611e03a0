import { beforeAll, describe, expect, it } from "vitest";
import { connectParameters } from "../../infra/hooks/connection.ts";
import { secretNames } from "../../infra/hooks/secret-names.ts";
import { connectSettings } from "../../infra/hooks/settings.ts";
import { secretPlace } from "../../src/domain/secret-place.ts";
import { readCredentialSet } from "../../src/jobs/read-credential-set.ts";
import { validateRule } from "../../src/jobs/validate-rule.ts";
import { anna } from "../jobs/people.ts";
import { place } from "../jobs/rotation-acts.ts";
import { account, day, ids, rotationStage } from "../jobs/rotation-stage.ts";
import { deployed } from "./hooks-azure.ts";
import { actionsOf, covers } from "./rights-of-roles.ts";
import { type RolesOnSecrets, rolesOnSecrets } from "./rights-on-secrets.ts";
import { rightsUsed, type Used } from "./rights-used.ts";

/* Which secret of the account Larder reads and writes in a whole renewal, against what connect.bicep gives it on each. */

type Mode = "managed" | "assisted" | "off";
const user = "docker-hub-username";
const token = "docker-hub-token";
const pending = "docker-hub-token-pending";
const password = `docker-hub-${account}-password`;
const seed = `docker-hub-${account}-totp-seed`;
const totpSeed = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

let used: Used;
beforeAll(async () => {
  used = await rightsUsed();
});

/** Lives through a renewal and all that reads a login; answers "port.method" by secret. */
async function callsBySecret(mode: Mode, hasSeed: boolean): Promise<Map<string, Set<string>>> {
  const stage = rotationStage(hasSeed ? { account: { totpSeed } } : {});
  const { ports } = stage;
  if (hasSeed) ports.shelf.seed(ids.password.replace(password, seed), totpSeed);
  if (mode !== "managed") ports.shelf.purge(ids.password);
  const calls = new Map<string, Set<string>>();
  ports.interruptions.watch((call, [id], answer) => {
    const secret = /^(secrets|vault)\./.test(call) ? secretPlace(String(id))?.secret : undefined;
    // A seed that is not there need not be readable either (hub-session).
    if (secret === undefined || (secret === seed && answer === undefined)) return;
    calls.set(secret, (calls.get(secret) ?? new Set()).add(call));
  });
  const rule = { source: "docker.io/nginx", target: "nginx", credentialSet: "docker-hub" };
  await validateRule(ports, "contoso", { ...rule, name: "nginx-rule" }, anna);
  if (mode === "off") return calls;
  await stage.adopt({ mode });
  await stage.live(1800);
  if (mode === "assisted") place(stage, ids.pending, { expiresAt: "2027-02-01T02:00:00.000Z" });
  await stage.live(9 * day);
  await readCredentialSet(ports, "contoso", "docker-hub");
  if (stage.record().ended.length !== 1) throw new Error("the renewal did not come to its end");
  return calls;
}

const vaultId = (name: string) =>
  `/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/${name}`;

/** With the parameters that the postdeploy hook gives. */
function granted(mode: Mode, hasTotpSeed: boolean, custom = true): RolesOnSecrets {
  const settings = connectSettings({
    ...deployed("https://larder.example/api"),
    LARDER_VAULT_URL: "https://contoso.vault.azure.net",
    LARDER_ROTATOR_VAULT_URL: "https://rotator.vault.azure.net",
    LARDER_REGISTRY_IDS: "/a/registries/one",
    LARDER_VAULT_ID: vaultId("contoso"),
    ROTATOR_VAULT_ID: vaultId("rotator"),
    DOCKER_ACCOUNT: account,
    DOCKER_ROTATION: mode,
    USER_SECRET_NAME: user,
    CUSTOM_ROLES: String(custom),
  });
  return rolesOnSecrets(
    connectParameters(settings, secretNames(account, settings), { own: [], hasTotpSeed }),
  );
}

const homeOf = (secret: string) =>
  `${secret === password || secret === seed ? "rotator" : "contoso"}/${secret}`;
const writes = (action: string) => /\/(setSecret|update)\/action$|\*$/.test(action);

const cases = [
  ["managed", false],
  ["managed", true],
  ["assisted", false],
  ["off", false],
] as const;

describe.each(cases)("Larder's identity (%s, two-factor login %s)", (mode, hasSeed) => {
  it("may do with each secret what it does, and writes to no other", async () => {
    const calls = await callsBySecret(mode, hasSeed);
    const roles = granted(mode, hasSeed);
    const allowed = (secret: string) => actionsOf(roles[secret] ?? []);
    const needed = [...calls].map(([secret, made]) => ({
      secret: homeOf(secret),
      actions: [...made].flatMap((call) => used.get(call)?.map(({ action }) => action) ?? []),
    }));

    const missing = needed.flatMap(({ secret, actions }) =>
      actions
        .filter((action) => !allowed(secret).some((one) => covers(one, action)))
        .map((action) => `${action} on ${secret}`),
    );
    const written = needed.filter(({ actions }) => actions.some(writes));
    const writable = Object.keys(roles).filter((secret) => allowed(secret).some(writes));
    const secrets = (some: typeof needed) => some.map(({ secret }) => secret).sort();

    expect(missing).toEqual([]);
    expect(writable.sort()).toEqual(secrets(written));
    expect(Object.keys(roles).sort()).toEqual(secrets(needed));
  });
});

describe("what connect.bicep gives", () => {
  const reader = ["Key Vault Secrets User"];
  const writer = ["Larder token writer"];
  it.each<[Mode, boolean, RolesOnSecrets]>([
    [
      "managed",
      true,
      {
        [`contoso/${user}`]: reader,
        [`contoso/${token}`]: writer,
        [`contoso/${pending}`]: writer,
        [`rotator/${password}`]: reader,
        [`rotator/${seed}`]: reader,
      },
    ],
    [
      "assisted",
      false,
      {
        [`contoso/${user}`]: reader,
        [`contoso/${token}`]: writer,
        [`contoso/${pending}`]: writer,
      },
    ],
    ["off", false, { [`contoso/${user}`]: reader, [`contoso/${token}`]: reader }],
  ])("is, with DOCKER_ROTATION %s", (mode, hasSeed, roles) => {
    expect(granted(mode, hasSeed)).toEqual(roles);
  });

  it("is the built-in role on the same secrets without custom ones", () => {
    const wide = granted("managed", false, false);

    expect(wide[`contoso/${token}`]).toEqual(["Key Vault Secrets Officer"]);
    expect(Object.keys(wide)).toEqual(Object.keys(granted("managed", false)));
  });
});
