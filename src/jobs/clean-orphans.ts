import { termsOf } from "../domain/judge-rotation-policy.ts";
import { type RotationRecord, runningRotation } from "../domain/rotation.ts";
import type { AccessToken } from "../domain/rotation-ports.ts";
import { secondsBetween } from "../domain/time.ts";
import { isOwnLabel, tokenLabel } from "../domain/token-marks.ts";
import { type LiveReading, liveHolds } from "./live-token.ts";
import { otherHolder } from "./other-holder.ts";
import type { RotationSite } from "./rotation-site.ts";

/**
 * Deletes tokens that Larder made for this set and that nothing holds any more: those of lost answers. Never one that the
 * live secret of this or another set may hold, that a rotation still names, or that was used within the grace. Answers how many went.
 */
export async function cleanOrphans(
  site: RotationSite,
  tokens: readonly AccessToken[],
  live: LiveReading,
): Promise<number> {
  const orphans = orphansAmong(site, tokens, live);
  let gone = 0;
  for (const { uuid } of orphans) {
    // People copy tokens from one vault to the next.
    if ((await otherHolder(site, uuid, undefined)) !== undefined) continue;
    const session = await site.hub();
    await site.desk.guard();
    await site.ports.accessTokens.remove(session, uuid);
    gone += 1;
  }
  return gone;
}

function orphansAmong(
  { ports, desk }: RotationSite,
  tokens: readonly AccessToken[],
  live: LiveReading,
): readonly AccessToken[] {
  const record = desk.record();
  const named = namedBy(record);
  const running = runningRotation(record);
  // What a rotation under way has made and not recorded yet is its own to find.
  const own = running && tokenLabel(record, running.id);
  const quiet = ({ lastUsedAt }: AccessToken) =>
    lastUsedAt === undefined ||
    secondsBetween(lastUsedAt, ports.ambient.now()) > termsOf(record.policy).graceSeconds;
  return tokens.filter(
    (one) =>
      isOwnLabel(record, one.label) &&
      one.label !== own &&
      !named.has(one.uuid) &&
      quiet(one) &&
      liveHolds(live, one.uuid) === "no",
  );
}

/** The tokens that a rotation under way, or an old token's retirement, is about. */
function namedBy({ rotations }: RotationRecord): ReadonlySet<string | undefined> {
  return new Set(rotations.flatMap(({ oldUuid, newUuid }) => [oldUuid, newUuid]));
}
