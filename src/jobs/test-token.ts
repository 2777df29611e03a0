import { describeTest, tooWide } from "../domain/describe-new-token.ts";
import { LarderError } from "../domain/errors.ts";
import {
  isRefusedForGood,
  judgeExpiry,
  judgeIdentity,
  type TestVerdict,
  tokenRefused,
} from "../domain/judge-new-token.ts";
import type { Login } from "../domain/ports.ts";
import { pendingSecretId, type Rotation } from "../domain/rotation.ts";
import type { HeldSecret, Identification } from "../domain/rotation-ports.ts";
import { type Secret, secret } from "../domain/secret.ts";
import { plusSeconds } from "../domain/time.ts";
import { rotationTag, secretTags, tokenTag } from "../domain/token-marks.ts";
import { judgeUse } from "./judge-use.ts";
import type { RotationSite, StepOutcome, Told } from "./rotation-site.ts";

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
  const password = trimmed(pending.value);
  const found = await ports.hubLogins.identify(account, password);
  if (!found) return failed(site, rotation, tokenRefused);
  const login: Login = { username: secret(account), password };
  const verdict = await firstNotGood([
    () => judgeIdentity(record, rotation, found),
    () => judgeExpiry(record, rotation, pending.expiresAt, ports.ambient.now()),
    () => judgeUse(site, rotation, login),
  ]);
  if (verdict.kind === "good") return passed(site, rotation, pending, found);
  const known = rotation.newUuid ?? found.uuid;
  return failed(site, { ...rotation, newUuid: known, newKind: found.kind }, verdict);
}

/** What people paste or take from a file often ends in a line break, which is no part of a token. */
export function trimmed(value: Secret): Secret {
  return secret(value.reveal().trim());
}

async function firstNotGood(
  tests: readonly (() => TestVerdict | Promise<TestVerdict>)[],
): Promise<TestVerdict> {
  for (const test of tests) {
    const verdict = await test();
    if (verdict.kind !== "good") return verdict;
  }
  return { kind: "good" };
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
    return { change: { ...freshToken, pendingVersion } };
  }
  const own =
    pending?.value !== undefined &&
    pending.tags[rotationTag] === rotation.id &&
    pending.tags[tokenTag] === rotation.newUuid;
  return own ? undefined : { change: { state: "creating", newUuid: undefined } };
}

/** Nothing that was learnt of another token holds for a new one. */
export const freshToken = {
  newUuid: undefined,
  newKind: undefined,
  newExpiresAt: undefined,
  refusedSince: undefined,
} as const;

async function passed(
  site: RotationSite,
  rotation: Rotation,
  pending: HeldSecret,
  found: Identification,
): Promise<StepOutcome> {
  const { ports, desk } = site;
  const record = desk.record();
  const newUuid = rotation.newUuid ?? found.uuid;
  // Assisted: a person's version has no marks of its own.
  const tags = secretTags(record, rotation.id, newUuid, pending.tags);
  if (record.policy.mode === "assisted")
    await ports.secrets.tag(pendingSecretId(record), pending.version, tags);
  const { tell, said } = whatToTell(site, { ...rotation, newUuid }, pending, found);
  return {
    record: { ownUseAt: ports.ambient.now() },
    tell,
    change: {
      said,
      state: "tested",
      testedAt: ports.ambient.now(),
      refusedSince: undefined,
      newUuid,
      newKind: found.kind,
      newExpiresAt: rotation.newExpiresAt ?? pending.expiresAt,
    },
  };
}

/** The warning once for each token, though a test that has grown old is made again. */
function whatToTell(
  { ports, desk }: RotationSite,
  { newUuid: tokenUuid, said }: Rotation,
  { version }: HeldSecret,
  found: Identification,
): { readonly tell: readonly Told[]; readonly said: Rotation["said"] } {
  const record = desk.record();
  const tested: Told = {
    name: "TokenTested",
    tokenUuid,
    message: describeTest(record, tokenUuid, found),
  };
  const message = tooWide(record, found, ports.rotationSettings.maximumScope);
  const warning = `ScopeTooWide-${version}`;
  if (message === undefined || said?.includes(warning)) return { tell: [tested], said };
  return {
    tell: [tested, { name: "ScopeTooWide", tokenUuid, message }],
    said: [...(said ?? []), warning],
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
    change: {
      state: "discarding",
      failure: problem,
      newUuid: rotation.newUuid,
      newKind: rotation.newKind,
    },
    tell: [{ name: "RotationStepFailed", message: problem.message, tokenUuid: rotation.newUuid }],
  };
}
