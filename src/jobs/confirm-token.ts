import { setByName } from "../domain/credential-set.ts";
import { LarderError } from "../domain/errors.ts";
import { judgeConfirmation } from "../domain/judge-confirmation.ts";
import type { Rotation } from "../domain/rotation.ts";
import { plusSeconds, secondsBetween } from "../domain/time.ts";
import { rotationTag } from "../domain/token-marks.ts";
import { makeSet } from "./make-set.ts";
import { orProblem } from "./or-problem.ts";
import { superseded } from "./promote-token.ts";
import { pullCanary } from "./pull-canary.ts";
import type { RotationSite, StepOutcome } from "./rotation-site.ts";
import { setsWithSecret, touchSets } from "./sets-with-secret.ts";

/** A use so soon after our own tests may be one of them: two clocks are compared, seconds. */
const clockSkew = 10;
/** Seconds until a token that is not proved in time is looked at again. */
const slowly = 3600;

/** promoted → confirmed, when ACR is healthy, the canary comes, and Docker Hub shows a use that was not ours; else rollingBack. */
export async function confirmToken(site: RotationSite, rotation: Rotation): Promise<StepOutcome> {
  const { ports, desk } = site;
  const record = desk.record();
  const live = await ports.secrets.get(record.passwordSecretId);
  if (live?.tags[rotationTag] !== rotation.id) return superseded(rotation);
  if (rotation.touchedAt === undefined) {
    await touchSets(site);
    return { change: { touchedAt: ports.ambient.now() } };
  }
  await giveAccess(site);
  const canary = await pullCanary(ports, record);
  const { sets } = await setsWithSecret(ports, record);
  const unhealthy = sets
    .filter(({ set }) => set.health.status === "Unhealthy")
    .map(({ set }) => set.name);
  const seen = await wasSeen(site, rotation);
  const now = ports.ambient.now();
  const { confirmSeconds } = ports.rotationSettings;
  const verdict = judgeConfirmation(rotation, { unhealthy, canary, seen }, now, confirmSeconds);
  switch (verdict.kind) {
    case "confirmed":
      return confirmed(rotation, now, seen === true);
    case "wait":
      return {
        change: { nextAt: plusSeconds(now, verdict.seconds) },
        hold: { code: verdict.code, message: verdict.message },
      };
    case "rollBack":
      return {
        change: {
          state: "rollingBack",
          failure: { code: "AcrRefusedNewToken", message: verdict.message },
        },
      };
    case "stuck": {
      const { code, message } = verdict;
      const tell = code === "NewTokenNotSeen" ? code : "RotationBlocked";
      return { change: { nextAt: plusSeconds(now, slowly) }, hold: { code, message, tell } };
    }
  }
}

/** A set that Larder made may still lack the right to read its secrets. */
async function giveAccess(site: RotationSite): Promise<void> {
  const { creates, registry, name } = site.desk.record();
  if (!creates) return;
  const set = setByName(await site.ports.credentialSets.list(registry), name);
  if (set?.health.errorCode === "Forbidden") await makeSet(site, set);
}

function confirmed(rotation: Rotation, now: string, seen: boolean): StepOutcome {
  const { newUuid, oldUuid } = rotation;
  const rest =
    oldUuid === undefined
      ? "There is no old token to retire."
      : `The old one, ${oldUuid}, is retired after the grace.`;
  return {
    change: { state: "confirmed", confirmedAt: now, quietSince: now },
    tell: [
      {
        name: "TokenConfirmed",
        tokenUuid: newUuid,
        message: seen
          ? `ACR signs in with token ${newUuid ?? ""}. ${rest}`
          : `ACR is healthy with token ${newUuid ?? ""}. ${rest}`,
      },
    ],
  };
}

/** Whether Docker Hub shows that somebody but us used the new token; undefined: it cannot be seen, or need not. */
async function wasSeen(
  site: RotationSite,
  { newUuid, testedAt = "" }: Rotation,
): Promise<boolean | undefined> {
  const { ports } = site;
  const visible = site.desk.record().policy.mode === "managed" && newUuid !== undefined;
  if (!visible || ports.rotationSettings.lastUsed === "ignore") return undefined;
  const tokens = await orProblem((async () => ports.accessTokens.list(await site.hub()))());
  // Not asked is not seen: what ACR says is judged all the same.
  if (tokens instanceof LarderError) return false;
  const used = tokens.find(({ uuid }) => uuid === newUuid)?.lastUsedAt;
  const { ownUseAt = testedAt } = site.desk.record();
  const ours = ownUseAt > testedAt ? ownUseAt : testedAt;
  return used !== undefined && secondsBetween(ours, used) > clockSkew;
}
