import type { Rotation } from "../domain/rotation.ts";
import { plusSeconds } from "../domain/time.ts";
import { type LiveReading, liveHolds, readLive } from "./live-token.ts";
import { otherHolder } from "./other-holder.ts";
import { pullCanary } from "./pull-canary.ts";
import { notKnown } from "./roll-back-token.ts";
import type { RotationSite, StepOutcome } from "./rotation-site.ts";
import { setsWithSecret } from "./sets-with-secret.ts";

/** Seconds until ACR is looked at again after a disabling that could not be judged. */
const lookAgain = 60;
/** Seconds until ACR, which does not do well, is looked at again. */
const later = 3600;
/** Seconds until a shared token is looked at again. */
const daily = 86_400;

/**
 * quiesced → disabled: reversibly, and looked at afterwards. Back to confirmed, with the old token enabled again, when
 * ACR does worse without it.
 */
export async function disableOldToken(
  site: RotationSite,
  rotation: Rotation,
): Promise<StepOutcome> {
  const { ports, desk } = site;
  const oldUuid = rotation.oldUuid ?? "";
  const live = await readLive(ports, desk.record());
  const stop = await whatForbids(site, rotation, live);
  if (stop) return stop;
  const session = await site.hub();
  const tokens = await ports.accessTokens.list(session);
  const old = tokens.find(({ uuid }) => uuid === oldUuid);
  const active = old?.active === true;
  // Much may have happened since it was found quiet, where something kept this step from being done.
  if (active && (old.lastUsedAt ?? "") > (rotation.quietSince ?? ""))
    return { change: { state: "confirmed" } };
  // After a crash it may be disabled already: then only what came of that counts.
  if (active && !(await acrDoesWell(site))) return notNow(site, oldUuid);
  if (active) {
    await desk.guard();
    await ports.accessTokens.setActive(session, oldUuid, false);
  }
  if (await acrDoesWell(site)) return disabled(site, rotation);
  await desk.guard();
  await ports.accessTokens.setActive(session, oldUuid, true);
  const now = ports.ambient.now();
  const message = `ACR did worse as soon as the old token ${oldUuid} was disabled, so it is enabled again and kept for another grace. Somebody still signs in with it.`;
  return {
    change: { state: "confirmed", quietSince: now, nextAt: plusSeconds(now, lookAgain) },
    tell: [{ name: "OldTokenInUse", tokenUuid: oldUuid, message }],
  };
}

/** While ACR does not do well with the new token alone, nothing could be learnt from disabling the old one. */
function notNow({ ports }: RotationSite, oldUuid: string): StepOutcome {
  const message = `ACR does not do well at the moment, so the old token ${oldUuid} is not disabled yet.`;
  return {
    change: { nextAt: plusSeconds(ports.ambient.now(), later) },
    hold: { code: "AcrUnwell", message, tell: "RevocationFailed" },
  };
}

function disabled({ ports }: RotationSite, { oldUuid }: Rotation): StepOutcome {
  const message = `The old token ${oldUuid} is disabled. It can be enabled again until it is deleted, after the retention.`;
  return {
    change: { state: "disabled", disabledAt: ports.ambient.now() },
    tell: [{ name: "OldTokenDisabled", tokenUuid: oldUuid, message }],
  };
}

/** Why an old token may not be revoked now, as the step's outcome; undefined: it may. Rejects when that cannot be told. */
export async function whatForbids(
  site: RotationSite,
  { oldUuid = "", oldVersion }: Rotation,
  live: LiveReading,
): Promise<StepOutcome | undefined> {
  const now = site.ports.ambient.now();
  const held = liveHolds(live, oldUuid);
  if (held === "unknown") throw live.problem ?? notKnown();
  const hold = (code: string, message: string): StepOutcome => ({
    change: { nextAt: plusSeconds(now, daily) },
    hold: { code, message, tell: "OldTokenInUse" },
  });
  if (held === "yes")
    return hold(
      "OldTokenIsLive",
      `The live secret holds the old token ${oldUuid} again, so it is not revoked.`,
    );
  // Never the last token that works.
  if (live.identity === "refused")
    return hold(
      "LiveTokenRefused",
      `Docker Hub refuses the live token, so the old one, ${oldUuid}, is not revoked.`,
    );
  const other = await otherHolder(site, oldUuid, oldVersion);
  return other === undefined
    ? undefined
    : hold("OldTokenShared", `The old token ${oldUuid} is also in ${other}, so it is not revoked.`);
}

/** Whether ACR is healthy with the live token and the canary comes. */
async function acrDoesWell({ ports, desk }: RotationSite): Promise<boolean> {
  const sets = await setsWithSecret(ports, desk.record());
  if (sets.some(({ set }) => set.health.status === "Unhealthy")) return false;
  return (await pullCanary(ports, desk.record())) !== false;
}
