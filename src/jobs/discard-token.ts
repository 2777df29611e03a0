import { isReason, LarderError, mayRetry } from "../domain/errors.ts";
import { pendingSecretId, type Rotation } from "../domain/rotation.ts";
import { daySeconds, secondsBetween } from "../domain/time.ts";
import { revokeInstructions } from "../domain/token-instructions.ts";
import { tokenLabel } from "../domain/token-marks.ts";
import { closePending } from "./close-pending.ts";
import { type LiveReading, liveHolds, notKnown, readLive } from "./live-token.ts";
import { orProblem } from "./or-problem.ts";
import type { RotationSite, StepOutcome, Told } from "./rotation-site.ts";
import { touchSets } from "./sets-with-secret.ts";

/** discarding → failed: the token of a rotation that failed is deleted, unless the live secret holds it. */
export async function discardToken(site: RotationSite, rotation: Rotation): Promise<StepOutcome> {
  const record = site.desk.record();
  const managed = record.policy.mode === "managed";
  if (rotation.promotedAt !== undefined) await leaveBehind(site, rotation);
  if (managed) await deleteTokens(site, rotation);
  await closePending(site, rotation);
  const { code, message } = rotation.failure ?? {
    code: "RotationFailed",
    message: "The new token could not be put to use.",
  };
  const revoke: readonly Told[] =
    managed || rotation.newUuid === undefined
      ? []
      : [
          {
            name: "RevocationNeeded",
            tokenUuid: rotation.newUuid,
            message: `The token in the pending secret is not used. ${revokeInstructions(record, rotation.newUuid, rotation.newKind).replace("the old token", "token")}`,
          },
        ];
  return {
    change: { state: "failed", failure: { code, message } },
    tell: [
      {
        name: "RotationFailed",
        tokenUuid: rotation.newUuid,
        message: `${message} The new token is not used.`,
      },
      ...revoke,
    ],
  };
}

/**
 * ACR may still sign in with the token that lay in the live secret: it reads what lies there now before that one is deleted. Where
 * it may not be made to, it is given a day to do so by itself.
 */
async function leaveBehind(site: RotationSite, { since }: Rotation): Promise<void> {
  const failed = await orProblem(touchSets(site));
  if (!(failed instanceof LarderError)) return;
  const waited = secondsBetween(since, site.ports.ambient.now());
  if (mayRetry(failed) || isReason(failed, "stale") || waited < daySeconds) throw failed;
}

async function deleteTokens(site: RotationSite, rotation: Rotation): Promise<void> {
  const { ports, desk } = site;
  const record = desk.record();
  const session = await site.hub();
  const label = tokenLabel(record, rotation.id);
  const tokens = await ports.accessTokens.list(session);
  const mine = tokens.filter((one) => one.label === label);
  if (mine.length === 0) return;
  const live = await readLive(ports, record);
  for (const { uuid } of mine) {
    // The version that lay there before the token was made does not hold it, whatever Docker Hub says of that version.
    const older = live.secret !== undefined && live.secret.version === rotation.oldVersion;
    const held = older ? "no" : liveHolds(live, uuid);
    if (held === "unknown" && !(await holdsAnother(site, rotation, live)))
      throw live.problem ?? notKnown();
    // Somebody put it there by hand: it is theirs now.
    if (held === "yes") continue;
    await desk.guard();
    await ports.accessTokens.remove(session, uuid);
  }
}

/**
 * Whether what the live secret holds is not what lay in the pending one. Docker Hub cannot say so of what it refuses, a typo of
 * somebody's, and no renewal could ever begin.
 */
async function holdsAnother(
  { ports, desk }: RotationSite,
  { pendingVersion }: Rotation,
  { secret: live }: LiveReading,
): Promise<boolean> {
  if (pendingVersion === undefined) return false;
  const pending = await ports.secrets.get(pendingSecretId(desk.record()), pendingVersion);
  const [ours, theirs] = [pending, live].map((one) => one?.value?.reveal().trim());
  return ours !== undefined && theirs !== undefined && ours !== theirs;
}

/** Whether a problem means that the account cannot be signed in, so that nothing can be revoked by Larder. */
export function cannotSignIn(error: unknown): error is LarderError {
  return (
    error instanceof LarderError &&
    (error.reason === "refused" || error.reason === "missing" || error.reason === "lacksRight")
  );
}
