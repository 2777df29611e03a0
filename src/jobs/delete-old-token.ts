import { termsOf } from "../domain/judge-rotation-policy.ts";
import type { Rotation } from "../domain/rotation.ts";
import { daySeconds, plusSeconds, secondsBetween, type Timestamp } from "../domain/time.ts";
import { acrDoesWell } from "./acr-does-well.ts";
import { cleanOrphans } from "./clean-orphans.ts";
import { closePending } from "./close-pending.ts";
import { enableAgain, whatForbids } from "./disable-old-token.ts";
import { readLive } from "./live-token.ts";
import type { RotationSite, StepOutcome } from "./rotation-site.ts";

/** disabled → done, after the retention: the old token is deleted, with what else was left over, and the pending secret is closed. */
export async function deleteOldToken(site: RotationSite, rotation: Rotation): Promise<StepOutcome> {
  const { ports, desk } = site;
  const record = desk.record();
  const now = ports.ambient.now();
  const { oldUuid = "", disabledAt = now, newUuid } = rotation;
  const sick = await ifUnwell(site, rotation, now);
  if (sick) return sick;
  const due = plusSeconds(disabledAt, termsOf(record.policy).retentionSeconds);
  const daily = plusSeconds(now, daySeconds);
  if (due > now) return { change: { nextAt: due < daily ? due : daily } };
  const live = await readLive(ports, record);
  const stop = await whatForbids(site, rotation, live);
  if (stop) return stop;
  const session = await site.hub();
  const tokens = await ports.accessTokens.list(session);
  const old = tokens.find(({ uuid }) => uuid === oldUuid);
  if (old?.active) return enabledAgain(rotation, now);
  if (old) {
    await desk.guard();
    await ports.accessTokens.remove(session, oldUuid);
  }
  await cleanOrphans(site, tokens, live);
  await closePending(site, rotation);
  return {
    change: { state: "done" },
    tell: [
      {
        name: "OldTokenDeleted",
        tokenUuid: oldUuid,
        message: `The old token ${oldUuid} is deleted.`,
      },
      { name: "RotationEnded", tokenUuid: newUuid, message: "The rotation is over." },
    ],
  };
}

/** ACR must have been seen to do worse for so long before the old token is enabled again, seconds. */
const lasting = 120;

/** While the old token is disabled ACR is watched; what is done is taken back while it can be. */
async function ifUnwell(
  site: RotationSite,
  rotation: Rotation,
  now: Timestamp,
): Promise<StepOutcome | undefined> {
  if (await acrDoesWell(site)) return undefined;
  const { hold, disablingAt, oldUuid } = rotation;
  const since = hold?.code === "AcrUnwell" ? hold.since : now;
  if (disablingAt !== undefined && secondsBetween(since, now) >= lasting)
    return enableAgain(site, rotation);
  const message = `ACR does not do well, so the old token ${oldUuid} is not deleted yet.`;
  return {
    change: { nextAt: plusSeconds(now, disablingAt === undefined ? 3600 : lasting) },
    hold: { code: "AcrUnwell", message },
  };
}

/** Somebody needs it: it is watched anew from the beginning. */
function enabledAgain({ oldUuid }: Rotation, now: Timestamp): StepOutcome {
  const message = `Somebody enabled the old token ${oldUuid} again, so it is not deleted. It is watched until it has been quiet for grace and retention together.`;
  return {
    change: {
      state: "confirmed",
      quietSince: now,
      disablingAt: undefined,
      nextAt: plusSeconds(now, daySeconds),
    },
    hold: { code: "OldTokenInUse", message, tell: "OldTokenInUse" },
  };
}
