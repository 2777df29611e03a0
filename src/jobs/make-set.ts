import { type CredentialSet, setByName } from "../domain/credential-set.ts";
import { ownerOf } from "../domain/rotation.ts";
import { secret } from "../domain/secret.ts";
import { ownerTag } from "../domain/token-marks.ts";
import { saying } from "./rotation-journal.ts";
import type { RotationSite } from "./rotation-site.ts";

/**
 * Makes a credential set that is not there: its user name in the vault, the set in ACR, and the right of the set's own
 * identity to read its secrets, where this deployment may give that. Every part is done only if it is missing,
 * so that it can be run again from anywhere. The token itself comes with the first rotation.
 */
export async function makeSet(
  { ports, desk }: RotationSite,
  found: CredentialSet | undefined,
): Promise<void> {
  const record = desk.record();
  const { registry, name, loginServer, usernameSecretId, passwordSecretId, policy } = record;
  if (!found) {
    if (!(await ports.secrets.get(usernameSecretId))) {
      await desk.guard();
      const tags = { [ownerTag]: ownerOf(record) };
      await ports.secrets.put(usernameSecretId, secret(policy.account), { tags });
    }
    await desk.guard();
    const set = { loginServer, usernameSecretId, passwordSecretId };
    await ports.credentialSetWriter.create(registry, name, set);
    const message = `Credential set "${name}" for ${loginServer} was made.`;
    await desk.write(saying(ports, desk.record(), [{ name: "SetCreated", message }]));
  }
  const made = setByName(await ports.credentialSets.list(registry), name);
  if (made?.principalId === undefined || made.health.status === "Healthy") return;
  await desk.guard();
  await ports.grants.grant(made.principalId, [usernameSecretId, passwordSecretId]);
}
