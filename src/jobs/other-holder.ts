import { isReason, LarderError } from "../domain/errors.ts";
import type { HeldSecret } from "../domain/rotation-ports.ts";
import { sameSecretId } from "../domain/secret-place.ts";
import { tokenTag } from "../domain/token-marks.ts";
import { orProblem } from "./or-problem.ts";
import type { RotationSite } from "./rotation-site.ts";
import { allSets } from "./sets-with-secret.ts";

/**
 * Another secret of a credential set for the same upstream, in any served registry, that holds a token: people copy
 * tokens from one vault to the next. Names it for a person, or what keeps Larder from telling; undefined when there is none. Only
 * a secret that Larder has no right to read is passed over: the token's own last use tells of that.
 */
export async function otherHolder(
  site: RotationSite,
  uuid: string,
  version: string | undefined,
): Promise<string | undefined> {
  const { ports, desk } = site;
  const { passwordSecretId, loginServer, registry } = desk.record();
  const recorded = await recordedHolder(site, uuid);
  if (recorded !== undefined) return recorded;
  const { sets, unread } = await allSets(ports, registry);
  if (unread.length > 0)
    return `registry ${unread.join(", ")}, for all that is known: Larder cannot read it now`;
  const value =
    version === undefined ? undefined : (await ports.secrets.get(passwordSecretId, version))?.value;
  for (const { registry: where, set } of sets) {
    if (set.loginServer !== loginServer || sameSecretId(set.passwordSecretId, passwordSecretId))
      continue;
    const held = await orProblem(ports.secrets.get(set.passwordSecretId));
    if (isReason(held, "unavailable")) throw held;
    if (!held || held instanceof LarderError) continue;
    if (await holds(site, held, uuid, value?.reveal()))
      return `credential set "${set.name}" of ${where}`;
  }
  return undefined;
}

async function recordedHolder(
  { ports, desk }: RotationSite,
  uuid: string,
): Promise<string | undefined> {
  const { passwordSecretId } = desk.record();
  const listed = await Promise.all(ports.registries.names.map((one) => ports.rotations.list(one)));
  const known = listed
    .flatMap(({ records }) => records)
    .find(
      ({ value }) =>
        !sameSecretId(value.passwordSecretId, passwordSecretId) && value.live?.uuid === uuid,
    );
  if (known) return `credential set "${known.value.name}" of ${known.value.registry}`;
  const [unsure] = listed.flatMap(({ unreadable }, at) =>
    unreadable.map(({ name }) => `"${name}" of ${ports.registries.names[at]}`),
  );
  return unsure && `credential set ${unsure}, for all that is known: Larder cannot read its record`;
}

/** By value where that is known, else by the vault's tags, else Docker Hub says whose token it is. */
async function holds(
  { ports, desk }: RotationSite,
  { value, tags }: HeldSecret,
  uuid: string,
  old: string | undefined,
): Promise<boolean> {
  if (!value) return false;
  if (old !== undefined) return value.reveal() === old;
  if (tags[tokenTag] !== undefined) return tags[tokenTag] === uuid;
  return (await ports.hubLogins.identify(desk.record().policy.account, value))?.uuid === uuid;
}
