import type { CredentialSet } from "../domain/credential-set.ts";
import type { RotationRecord } from "../domain/rotation.ts";
import { sameSecretId } from "../domain/secret-place.ts";
import type { RotationPorts } from "./rotation-site.ts";

/** Every credential set of a served registry that reads the same live secret; the record's own first. */
export async function setsWithSecret(
  { credentialSets, registries }: Pick<RotationPorts, "credentialSets" | "registries">,
  { registry, name, passwordSecretId }: RotationRecord,
): Promise<readonly { readonly registry: string; readonly set: CredentialSet }[]> {
  const listed = await Promise.all(
    registries.names.map(async (served) =>
      (await credentialSets.list(served)).map((set) => ({ registry: served, set })),
    ),
  );
  const same = listed
    .flat()
    .filter(({ set }) => sameSecretId(set.passwordSecretId, passwordSecretId));
  const own = (one: { readonly registry: string; readonly set: CredentialSet }) =>
    one.registry.toLowerCase() === registry.toLowerCase() &&
    one.set.name.toLowerCase() === name.toLowerCase();
  return [...same.filter(own), ...same.filter((one) => !own(one))];
}
