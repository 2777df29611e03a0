import { LarderError } from "../domain/errors.ts";
import { type LiveToken, ownerOf, type RotationRecord } from "../domain/rotation.ts";
import { ownerTag, rotationTag, tokenTag } from "../domain/token-marks.ts";
import type { LiveReading } from "./live-token.ts";
import { orProblem } from "./or-problem.ts";
import { isLeaseLost } from "./rotation-desk.ts";
import type { RotationSite, Told } from "./rotation-site.ts";
import { touchSets } from "./sets-with-secret.ts";

/** What is told once of a version that somebody else wrote. */
export function replacedBy(
  record: RotationRecord,
  { secret }: LiveReading,
  live: LiveToken | undefined,
): readonly Told[] {
  const known = record.live?.version;
  const own = secret?.tags[ownerTag] === ownerOf(record);
  if (!secret || own || known === undefined || known === secret.version) return [];
  const message = `Somebody else wrote the live secret: it holds token ${live?.uuid ?? "of no known id"} now. What it held before is theirs to revoke.`;
  return [{ name: "LiveTokenReplaced", message, tokenUuid: live?.uuid }];
}

/**
 * Writes into the tags of the live version whose token it holds, so that the vault alone tells; people's own tags stay. A version
 * that neither Larder nor the last look knows was written by a person: ACR is made to read it.
 */
export async function markLive(site: RotationSite, reading: LiveReading): Promise<void> {
  const { ports, desk } = site;
  const { secret, identity } = reading;
  if (!secret || !identity || identity === "refused" || identity.uuid === undefined) return;
  const record = desk.record();
  const owner = ownerOf(record);
  if (secret.tags[tokenTag] === identity.uuid && secret.tags[ownerTag] === owner) return;
  const written = record.live !== undefined && record.live.version !== secret.version;
  const touched = written ? await orProblem(touchSets(site)) : undefined;
  // Not marked, it is looked at in the same way tomorrow; neither keeps a token from being renewed.
  if (touched instanceof LarderError) {
    if (isLeaseLost(touched)) throw touched;
    return;
  }
  const { [rotationTag]: _old, ...others } = secret.tags;
  const tags = { ...others, [ownerTag]: owner, [tokenTag]: identity.uuid };
  await desk.guard();
  await orProblem(ports.secrets.tag(record.passwordSecretId, secret.version, tags));
}
