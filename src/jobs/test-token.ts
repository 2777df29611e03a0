import { LarderError } from "../domain/errors.ts";
import {
  isRefusedForGood,
  judgeIdentity,
  judgeProbe,
  type TestVerdict,
} from "../domain/judge-new-token.ts";
import type { Login } from "../domain/ports.ts";
import { pendingSecretId, type Rotation } from "../domain/rotation.ts";
import type { HeldSecret, Identification } from "../domain/rotation-ports.ts";
import { secret } from "../domain/secret.ts";
import { plusSeconds } from "../domain/time.ts";
import { rotationTag, secretTags, tokenTag } from "../domain/token-marks.ts";
import { judgePrivateImages } from "./judge-private-images.ts";
import type { RotationSite, StepOutcome } from "./rotation-site.ts";

/** The image that Docker keeps for reading one's limits; its HEAD is free (facts/docker-hub.md section 2). */
const probe = { upstream: "docker.io", repository: "ratelimitpreview/test", tag: "latest" };
/** Seconds until a refused token is tried again. */
const askAgain = 30;

/** stored → tested, or discarding when the token is refused for good or is the wrong one. */
export async function testToken(site: RotationSite, rotation: Rotation): Promise<StepOutcome> {
  const { ports, desk } = site;
  const record = desk.record();
  const pending = await ports.secrets.get(pendingSecretId(record));
  const gone = whatIsMissing(site, rotation, pending);
  if (gone || !pending?.value) return gone ?? { change: { state: "creating" } };
  const { account } = record.policy;
  const found = await ports.hubLogins.identify(account, pending.value);
  const identity = judgeIdentity(record, rotation, found);
  const login: Login = { username: secret(account), password: pending.value };
  const verdict = identity.kind === "good" ? await judgeUse(site, rotation, login) : identity;
  if (verdict.kind === "good") return passed(site, rotation, pending, found);
  return failed(site, rotation, verdict);
}

/** The pending secret must hold this rotation's own token; assisted: whatever a person last put there. */
function whatIsMissing(
  { desk }: RotationSite,
  rotation: Rotation,
  pending: HeldSecret | undefined,
): StepOutcome | undefined {
  if (desk.record().policy.mode === "assisted") {
    if (!pending?.value) return { change: { state: "waiting" } };
    if (pending.version === rotation.pendingVersion) return undefined;
    const { version: pendingVersion } = pending;
    return { change: { pendingVersion, newUuid: undefined, refusedSince: undefined } };
  }
  const own =
    pending?.value !== undefined &&
    pending.tags[rotationTag] === rotation.id &&
    pending.tags[tokenTag] === rotation.newUuid;
  return own ? undefined : { change: { state: "creating", newUuid: undefined } };
}

/** The registry must take it, and it must open what the old one opens. */
async function judgeUse(
  site: RotationSite,
  rotation: Rotation,
  login: Login,
): Promise<TestVerdict> {
  const { upstream, repository, tag } = probe;
  const head = await site.ports.upstreams.head(upstream, repository, tag, login);
  const verdict = judgeProbe(head);
  return verdict.kind === "good" ? judgePrivateImages(site, rotation, login) : verdict;
}

async function passed(
  { ports, desk }: RotationSite,
  rotation: Rotation,
  pending: HeldSecret,
  found: Identification | undefined,
): Promise<StepOutcome> {
  const record = desk.record();
  const newUuid = rotation.newUuid ?? found?.uuid;
  // Assisted: a person's version has no marks of its own.
  const tags = secretTags(record, rotation.id, newUuid, pending.tags);
  if (record.policy.mode === "assisted")
    await ports.secrets.tag(pendingSecretId(record), pending.version, tags);
  return {
    change: {
      state: "tested",
      testedAt: ports.ambient.now(),
      refusedSince: undefined,
      newUuid,
      newKind: found?.kind,
      newExpiresAt: rotation.newExpiresAt ?? pending.expiresAt,
    },
    tell: [
      {
        name: "TokenTested",
        tokenUuid: newUuid,
        message: `Token ${newUuid ?? ""} signs in as "${record.policy.account}", and the registry of Docker Hub takes it.`,
      },
    ],
  };
}

function failed(
  { ports }: RotationSite,
  rotation: Rotation,
  verdict: Exclude<TestVerdict, { readonly kind: "good" }>,
): StepOutcome {
  const { problem } = verdict;
  const now = ports.ambient.now();
  if (verdict.kind === "unknown") {
    const { retryAfterSeconds } = verdict;
    throw new LarderError("unavailable", problem, { retryAfterSeconds });
  }
  const refusedSince = rotation.refusedSince ?? now;
  if (verdict.kind === "refused" && !isRefusedForGood({ ...rotation, refusedSince }, now))
    return { change: { refusedSince, nextAt: plusSeconds(now, askAgain) }, hold: problem };
  return {
    change: { state: "discarding", failure: problem },
    tell: [{ name: "RotationStepFailed", message: problem.message, tokenUuid: rotation.newUuid }],
  };
}
