import { isReason, LarderError } from "../domain/errors.ts";
import { sameSecretId } from "../domain/secret-place.ts";
import { orProblem } from "./or-problem.ts";
import type { RotationSite } from "./rotation-site.ts";

/**
 * Another secret of a credential set for the same upstream, in any served registry, that holds the old token: people copy
 * tokens from one vault to the next. Names it for a person; undefined when none is known of. Secrets that Larder may not read are passed over.
 */
export async function otherHolder(
  { ports, desk }: RotationSite,
  oldUuid: string,
  oldVersion: string | undefined,
): Promise<string | undefined> {
  const { passwordSecretId, loginServer } = desk.record();
  const records = await Promise.all(ports.registries.names.map((one) => ports.rotations.list(one)));
  const known = records
    .flat()
    .find(
      ({ value }) =>
        !sameSecretId(value.passwordSecretId, passwordSecretId) && value.live?.uuid === oldUuid,
    );
  if (known) return `credential set "${known.value.name}" of ${known.value.registry}`;
  if (oldVersion === undefined) return undefined;
  const old = (await ports.secrets.get(passwordSecretId, oldVersion))?.value?.reveal();
  if (old === undefined) return undefined;
  const sets = await Promise.all(
    ports.registries.names.map(async (registry) =>
      (await ports.credentialSets.list(registry)).map((set) => ({ registry, set })),
    ),
  );
  for (const { registry, set } of sets.flat()) {
    if (set.loginServer !== loginServer || sameSecretId(set.passwordSecretId, passwordSecretId))
      continue;
    const held = await orProblem(ports.secrets.get(set.passwordSecretId));
    if (held instanceof LarderError) {
      if (isReason(held, "unavailable")) throw held;
      continue;
    }
    if (held?.value?.reveal() === old) return `credential set "${set.name}" of ${registry}`;
  }
  return undefined;
}
