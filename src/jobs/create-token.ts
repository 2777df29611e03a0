import { isReason, LarderError } from "../domain/errors.ts";
import { termsOf } from "../domain/judge-rotation-policy.ts";
import { pendingSecretId, type Rotation, type RotationRecord } from "../domain/rotation.ts";
import type { AccessToken, HeldSecret } from "../domain/rotation-ports.ts";
import { plusSeconds } from "../domain/time.ts";
import {
  isOwnOrClosed,
  isTokenForm,
  rotationTag,
  secretTags,
  tokenLabel,
  tokenTag,
} from "../domain/token-marks.ts";
import type { RotationSite, StepOutcome } from "./rotation-site.ts";

/**
 * creating → stored. Looks for a token with this rotation's label first: one whose value lies in the pending secret
 * is gone on with; any other is the orphan of a lost answer and is deleted. Then makes one and writes it into the pending secret
 * at once, because Docker Hub shows its value this one time.
 */
export async function createToken(site: RotationSite, rotation: Rotation): Promise<StepOutcome> {
  const { ports, desk } = site;
  const record = desk.record();
  const session = await site.hub();
  const label = tokenLabel(record, rotation.id);
  const mine = (await ports.accessTokens.list(session)).filter((one) => one.label === label);
  const pending = await ports.secrets.get(pendingSecretId(record));
  // What somebody puts there in the middle of a rotation is only another version.
  if (rotation.pendingVersion === undefined) checkPending(record, pending);
  const kept = mine.find((one) => isKept(one, pending, rotation));
  for (const { uuid } of mine.filter((one) => one !== kept)) {
    await desk.guard();
    await ports.accessTokens.remove(session, uuid);
  }
  if (kept && pending)
    return stored(kept.uuid, kept.expiresAt ?? pending.expiresAt, pending.version);
  const { lifetimeSeconds } = termsOf(record.policy);
  const wish = {
    label,
    scope: record.policy.scope,
    expiresAt: plusSeconds(ports.ambient.now(), lifetimeSeconds),
  };
  await desk.guard();
  const made = await ports.accessTokens.create(session, wish).catch(explainRefusal);
  // Docker Hub's word on the end of the token goes before what was asked for.
  const expiresAt = made.expiresAt ?? wish.expiresAt;
  const tags = secretTags(record, rotation.id, made.uuid);
  await desk.guard();
  const version = await ports.secrets.put(pendingSecretId(record), made.value, { tags, expiresAt });
  return stored(made.uuid, expiresAt, version);
}

/** No source tells how Docker Hub words that an account has as many tokens as it may (facts/docker-hub.md section 7). */
function explainRefusal(error: unknown): never {
  if (!isReason(error, "refused")) throw error;
  throw new LarderError("refused", {
    code: "TokenNotMade",
    message: `Docker Hub makes no token: ${error.problem.message} If the account has as many as it may, delete one that nobody needs at https://app.docker.com/settings/personal-access-tokens; Larder deletes none to make room.`,
  });
}

/** What a stranger keeps under the pending secret's name is not overwritten. */
function checkPending(record: RotationRecord, pending: HeldSecret | undefined): void {
  if (!pending || isOwnOrClosed(record, pending)) return;
  if (pending.value && isTokenForm(pending.value.reveal())) return;
  throw new LarderError("conflict", {
    code: "SecretTaken",
    message: `In ${pendingSecretId(record)} lies something that is neither Larder's nor a Docker access token, so it is not overwritten. Remove it, or have the set read another secret.`,
  });
}

function isKept(
  { uuid, active }: AccessToken,
  pending: HeldSecret | undefined,
  rotation: Rotation,
): boolean {
  return (
    active &&
    pending?.value !== undefined &&
    pending.tags[tokenTag] === uuid &&
    pending.tags[rotationTag] === rotation.id
  );
}

function stored(
  newUuid: string,
  newExpiresAt: string | undefined,
  pendingVersion: string,
): StepOutcome {
  return {
    change: {
      state: "stored",
      newUuid,
      newKind: "personal",
      newExpiresAt,
      pendingVersion,
      refusedSince: undefined,
    },
    tell: [
      {
        name: "TokenCreated",
        tokenUuid: newUuid,
        message: `Token ${newUuid} was made, until ${newExpiresAt ?? "nobody knows when"}, and lies in the pending secret.`,
      },
    ],
  };
}
