import { setByName } from "../domain/credential-set.ts";
import { isReason, LarderError } from "../domain/errors.ts";
import { judgeConfirmation } from "../domain/judge-confirmation.ts";
import type { Rotation } from "../domain/rotation.ts";
import { plusSeconds, secondsBetween } from "../domain/time.ts";
import { makeSet } from "./make-set.ts";
import { orProblem } from "./or-problem.ts";
import { anotherRuns, isTokenOf, overtaken } from "./overtaken-token.ts";
import { pullCanary } from "./pull-canary.ts";
import type { RotationSite, StepOutcome } from "./rotation-site.ts";
import { setsWithSecret, touchSets } from "./sets-with-secret.ts";

/** A use so soon after our own tests may be one of them: two clocks are compared, seconds. */
const clockSkew = 10;
/** Seconds until a token that is not proved in time is looked at again. */
const slowly = 3600;

/**
 * promoted → confirmed, when ACR is healthy, the canary comes, and Docker Hub shows a use that was not ours; rollingBack, when ACR
 * does worse than before; else unproved, from where the same is tried again and again, and another rotation may begin.
 */
export async function confirmToken(site: RotationSite, rotation: Rotation): Promise<StepOutcome> {
  const { ports, desk } = site;
  const record = desk.record();
  const live = await ports.secrets.get(record.passwordSecretId);
  if (!isTokenOf(live, rotation)) return overtaken(site, rotation);
  if (rotation.touchedAt === undefined && (await touched(site, rotation)))
    return { change: { touchedAt: ports.ambient.now() } };
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
      // What a later rotation has under way is ended first.
      if (anotherRuns(site, rotation)) return { change: { nextAt: plusSeconds(now, slowly) } };
      return {
        change: {
          state: "rollingBack",
          failure: { code: "AcrRefusedNewToken", message: verdict.message },
        },
      };
    case "stuck": {
      const { code, message } = verdict;
      const tell = code === "NewTokenNotSeen" ? code : "RotationBlocked";
      return {
        change: { state: "unproved", nextAt: plusSeconds(now, slowly) },
        hold: { code, message, tell },
      };
    }
  }
}

/**
 * Whether ACR was made to read the secret again. Where ARM will not have it in time, ACR is left to do so by itself, and the
 * token is judged all the same.
 */
async function touched(site: RotationSite, { promotedAt = "" }: Rotation): Promise<boolean> {
  const { ambient, rotationSettings } = site.ports;
  const failed = await orProblem(touchSets(site));
  const late = secondsBetween(promotedAt, ambient.now()) >= rotationSettings.confirmSeconds;
  if (!(failed instanceof LarderError)) return true;
  if (!late || isReason(failed, "stale")) throw failed;
  return false;
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
