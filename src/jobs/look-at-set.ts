import { type CredentialSet, setByName } from "../domain/credential-set.ts";
import { isReason, LarderError } from "../domain/errors.ts";
import { turningPoints } from "../domain/judge-live-token.ts";
import { nextLook } from "../domain/plan-rotation.ts";
import type { LiveToken } from "../domain/rotation.ts";
import { sameSecretId, secretPlace } from "../domain/secret-place.ts";
import { plusSeconds } from "../domain/time.ts";
import { beginRotation } from "./begin-rotation.ts";
import { pinned } from "./check-secrets.ts";
import { cleanOrphans } from "./clean-orphans.ts";
import { newAlarms } from "./live-alarms.ts";
import { type LiveReading, liveToken, readLive, refusalPatience } from "./live-token.ts";
import { makeSet } from "./make-set.ts";
import { markLive, replacedBy } from "./mark-live.ts";
import { orProblem } from "./or-problem.ts";
import { saying } from "./rotation-journal.ts";
import type { RotationSite } from "./rotation-site.ts";

/** Seconds until Docker Hub is asked again whose token the live one is. */
const askAgain = 900;

/**
 * One whole look at a credential set: is it there, what does the live secret hold, when does that end, is anything left
 * over at Docker Hub; and begins a rotation when one is due. Rejects when the set or the vault cannot be looked at.
 */
export async function lookAtSet(site: RotationSite): Promise<void> {
  const { ports, desk } = site;
  const startedAt = ports.ambient.now();
  const set = await ownSet(site);
  const reading = await readLive(ports, desk.record());
  if (reading.secret && !reading.secret.value) throw liveDisabled();
  await markLive(site, reading);
  const hub = await lookAtHub(site, reading);
  const live = withExpiry(liveToken(reading, desk.record().live, startedAt), hub);
  const begun = await beginRotation(site, { live, reading, set });
  const told = newAlarms(site, { live, reading, set }, startedAt, begun !== undefined);
  const points = turningPoints(desk.record(), live ?? {});
  const next = nextLook(startedAt, [desk.record().notBefore, ...points]);
  // Also where a worker that is killed right after this never records the failure.
  const unsure = (live?.works === "unknown" || hub instanceof LarderError) && !begun;
  const soon = live?.refusedAt === undefined ? askAgain : refusalPatience;
  const lookAt = unsure ? plusSeconds(startedAt, soon) : next;
  await desk.write({
    live,
    // Asking whose token it is was a use of it.
    ownUseAt: ports.ambient.now(),
    lookedAt: startedAt,
    lookAt,
    // One that goes on keeps its beginning, so that it is told once a day and not with every look.
    hold: hub instanceof LarderError ? desk.record().hold : undefined,
    alarmed: told.alarmed,
    ...begun?.record,
    ...saying(ports, desk.record(), [
      ...replacedBy(desk.record(), reading, live),
      ...told.tell,
      ...(begun?.tell ?? []),
    ]),
  });
  if (hub instanceof LarderError) throw hub;
}

/** The set as ACR shows it; made first where Larder is to make it. */
async function ownSet(site: RotationSite): Promise<CredentialSet> {
  const { name, registry, creates, passwordSecretId } = site.desk.record();
  const find = async () => setByName(await site.ports.credentialSets.list(registry), name);
  const found = await find();
  if (creates && (!found || found.health.errorCode === "Forbidden")) await makeSet(site, found);
  const set = found ?? (await find());
  if (!set)
    throw new LarderError("missing", {
      code: "CredentialSetMissing",
      message: `Registry ${registry} has no credential set "${name}" any more. Make it again, or let Larder go of it (PUT with "rotation": null).`,
    });
  const version = [set.usernameSecretId, set.passwordSecretId].find(
    (id) => secretPlace(id)?.version !== undefined,
  );
  if (version !== undefined) throw new LarderError("conflict", pinned(set.name, version));
  if (sameSecretId(set.passwordSecretId, passwordSecretId)) return set;
  throw new LarderError("conflict", {
    code: "CredentialSetMoved",
    message: `Credential set "${name}" now reads ${set.passwordSecretId}, and Larder renews ${passwordSecretId}. Send the PUT again to follow it.`,
  });
}

function liveDisabled(): LarderError {
  return new LarderError("conflict", {
    code: "LiveSecretDisabled",
    message:
      "The newest version of the live secret is disabled, so that ACR cannot read it. Enable it, or write a new version.",
  });
}

/**
 * What only the account can tell: when the live token ends. Cleans up on the way. A refusal of the account's login is worth
 * knowing long before it is needed, so it is an answer here, and the look goes on.
 */
async function lookAtHub(
  site: RotationSite,
  reading: LiveReading,
): Promise<{ readonly expiresAt?: string | undefined; readonly uuid: string }[] | LarderError> {
  if (site.desk.record().policy.mode !== "managed") return [];
  const asked = orProblem(
    (async () => {
      const tokens = await site.ports.accessTokens.list(await site.hub());
      if (reading.identity !== undefined) await cleanOrphans(site, tokens, reading);
      return tokens.map(({ uuid, expiresAt }) => ({ uuid, expiresAt }));
    })(),
  );
  const answer = await asked;
  if (isReason(answer, "stale")) throw answer;
  return answer;
}

function withExpiry(
  live: LiveToken | undefined,
  hub: Awaited<ReturnType<typeof lookAtHub>>,
): LiveToken | undefined {
  if (!live || hub instanceof LarderError) return live;
  // Docker Hub's own word goes before what somebody wrote into the vault.
  const token = hub.find(({ uuid }) => uuid === live.uuid);
  return token?.expiresAt === undefined ? live : { ...live, expiresAt: token.expiresAt };
}
