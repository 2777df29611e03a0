import { termsOf } from "../domain/judge-rotation-policy.ts";
import type { Rotation } from "../domain/rotation.ts";
import { plusSeconds, type Timestamp } from "../domain/time.ts";
import { acrDoesWell } from "./acr-does-well.ts";
import { type LiveReading, liveHolds, notKnown, readLive } from "./live-token.ts";
import { otherHolder } from "./other-holder.ts";
import { placed } from "./rotation-journal.ts";
import type { RotationSite, StepOutcome } from "./rotation-site.ts";

/** Seconds until ACR is looked at again after a disabling that could not be judged. */
const lookAgain = 60;
/** Seconds until ACR is looked at after a disabling: its own registry token lives for five minutes. */
const firstLook = 600;
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
  if (!old?.active && rotation.disablingAt === undefined) return disabledByOthers(site, rotation);
  let { disablingAt } = rotation;
  // After a crash it may be disabled already: then only what came of that counts.
  if (old?.active) {
    // Much may have happened since it was found quiet, where something kept this step from being done.
    if ((old.lastUsedAt ?? "") > (rotation.quietSince ?? ""))
      return { change: { state: "confirmed" } };
    if (!(await acrDoesWell(site))) return notNow(site, oldUuid);
    disablingAt = ports.ambient.now();
    // Only with this mark is it ever enabled again: one that a person disabled stays so.
    await desk.write(placed(desk.record(), { ...rotation, disablingAt }));
    await desk.guard();
    await ports.accessTokens.setActive(session, oldUuid, false);
  }
  if (await acrDoesWell(site)) return disabled(site, { ...rotation, disablingAt });
  return enableAgain(site, rotation);
}

/** disabled or quiesced → confirmed, with the old token enabled again and another grace before it. */
export async function enableAgain(
  { ports, desk, hub }: Pick<RotationSite, "ports" | "desk" | "hub">,
  { oldUuid = "" }: Rotation,
): Promise<StepOutcome> {
  const session = await hub();
  await desk.guard();
  await ports.accessTokens.setActive(session, oldUuid, true);
  const now = ports.ambient.now();
  const message = `ACR does worse since the old token ${oldUuid} is disabled, so it is enabled again and kept for another grace. Somebody may still sign in with it.`;
  return {
    change: {
      state: "confirmed",
      quietSince: now,
      disablingAt: undefined,
      disabledAt: undefined,
      nextAt: plusSeconds(now, lookAgain),
    },
    tell: [{ name: "OldTokenInUse", tokenUuid: oldUuid, message }],
  };
}

/** Gone, or disabled by a person, who had a reason: it is not enabled again, whatever comes of it. */
function disabledByOthers(site: RotationSite, { oldUuid }: Rotation): StepOutcome {
  const message = `The old token ${oldUuid} was disabled or deleted by somebody else already. It stays so.`;
  const now = site.ports.ambient.now();
  return {
    change: { state: "disabled", disabledAt: now, nextAt: firstLookAt(site, now) },
    tell: [{ name: "OldTokenDisabled", tokenUuid: oldUuid, message }],
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

function disabled(site: RotationSite, { oldUuid, disablingAt }: Rotation): StepOutcome {
  const now = site.ports.ambient.now();
  const message = `The old token ${oldUuid} is disabled. It can be enabled again until it is deleted, after the retention.`;
  return {
    change: {
      state: "disabled",
      disablingAt,
      disabledAt: now,
      nextAt: firstLookAt(site, now),
    },
    tell: [{ name: "OldTokenDisabled", tokenUuid: oldUuid, message }],
  };
}

/** When ACR is looked at first with the old token disabled: no later than that is to be deleted. */
function firstLookAt({ desk }: RotationSite, now: Timestamp): Timestamp {
  const { retentionSeconds } = termsOf(desk.record().policy);
  return plusSeconds(now, Math.min(firstLook, retentionSeconds));
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
