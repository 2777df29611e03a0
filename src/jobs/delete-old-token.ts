import { termsOf } from "../domain/judge-rotation-policy.ts";
import type { Rotation } from "../domain/rotation.ts";
import { plusSeconds } from "../domain/time.ts";
import { cleanOrphans } from "./clean-orphans.ts";
import { closePending } from "./close-pending.ts";
import { whatForbids } from "./disable-old-token.ts";
import { readLive } from "./live-token.ts";
import type { RotationSite, StepOutcome } from "./rotation-site.ts";

/** disabled → done, after the retention: the old token is deleted, with what else was left over, and the pending secret is closed. */
export async function deleteOldToken(site: RotationSite, rotation: Rotation): Promise<StepOutcome> {
  const { ports, desk } = site;
  const record = desk.record();
  const now = ports.ambient.now();
  const { oldUuid = "", disabledAt = now, newUuid } = rotation;
  const due = plusSeconds(disabledAt, termsOf(record.policy).retentionSeconds);
  if (due > now) return { change: { nextAt: due } };
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

/** Somebody needs it: it is watched anew from the beginning. */
function enabledAgain({ oldUuid }: Rotation, now: string): StepOutcome {
  const message = `Somebody enabled the old token ${oldUuid} again, so it is not deleted. It is watched for another grace.`;
  return {
    change: { state: "confirmed", quietSince: now, nextAt: plusSeconds(now, 86_400) },
    tell: [{ name: "OldTokenInUse", tokenUuid: oldUuid, message }],
  };
}
