import { LarderError } from "../domain/errors.ts";
import { pendingSecretId, type Rotation } from "../domain/rotation.ts";
import type { HeldSecret } from "../domain/rotation-ports.ts";
import { secondsBetween } from "../domain/time.ts";
import { rotationTag, secretTags } from "../domain/token-marks.ts";
import type { RotationSite, StepOutcome } from "./rotation-site.ts";
import { trimmed } from "./test-token.ts";

/** A test older than this is made again before its token goes live, seconds. */
const testHolds = 600;

/** tested → promoted: writes the token as a new version of the live secret, unless it lies there already. */
export async function promoteToken(site: RotationSite, rotation: Rotation): Promise<StepOutcome> {
  const { ports, desk } = site;
  const record = desk.record();
  const live = await ports.secrets.get(record.passwordSecretId);
  if (live && live.tags[rotationTag] === rotation.id) return promoted(site, rotation, live.version);
  if (live?.version !== rotation.oldVersion) return superseded(rotation);
  const { testedAt = "", newExpiresAt: expiresAt, newUuid } = rotation;
  const age = secondsBetween(testedAt, ports.ambient.now());
  const pending = await ports.secrets.get(pendingSecretId(record));
  const same = pending?.value !== undefined && pending.version === rotation.pendingVersion;
  if (!(age <= testHolds) || !same) return { change: { state: "stored" } };
  await checkUserName(site);
  const tags = secretTags(record, rotation.id, newUuid, live?.tags);
  await desk.guard();
  const version = await ports.secrets.put(record.passwordSecretId, trimmed(pending.value), {
    tags,
    expiresAt,
  });
  return promoted(site, rotation, version);
}

function promoted({ ports }: RotationSite, rotation: Rotation, newVersion: string): StepOutcome {
  return {
    change: { state: "promoted", newVersion, promotedAt: ports.ambient.now() },
    record: { live: liveOf(ports.ambient.now(), rotation, newVersion) },
    tell: [
      {
        name: "TokenPromoted",
        tokenUuid: rotation.newUuid,
        message: `The live secret holds token ${rotation.newUuid ?? ""} now${rotation.oldUuid === undefined ? "." : "; the old one stays valid."}`,
      },
    ],
  };
}

function liveOf(checkedAt: string, { newUuid, newKind, newExpiresAt }: Rotation, version: string) {
  return {
    version,
    uuid: newUuid,
    kind: newKind,
    expiresAt: newExpiresAt,
    since: checkedAt,
    works: "yes" as const,
    checkedAt,
  };
}

/** Somebody else wrote the live secret since the rotation began; that is left as it is. */
export function superseded({ newUuid }: Rotation): StepOutcome {
  const failure = {
    code: "LiveSecretChanged",
    message:
      "Somebody else wrote the live secret meanwhile. Larder leaves that as it is and takes its own token back.",
  };
  return {
    change: { state: "discarding", failure },
    tell: [{ name: "RotationStepFailed", message: failure.message, tokenUuid: newUuid }],
  };
}

/** The registry takes a token only under its own account's name. */
async function checkUserName({ ports, desk }: RotationSite): Promise<void> {
  const { usernameSecretId, policy } = desk.record();
  const held: HeldSecret | undefined = await ports.secrets.get(usernameSecretId);
  if (held?.value?.reveal().trim().toLowerCase() === policy.account.toLowerCase()) return;
  throw new LarderError("conflict", {
    code: "UserNameDiffers",
    target: "rotation.account",
    message: `The user name in ${usernameSecretId} is not "${policy.account}", so that ACR could not sign in with its token. Put that name there, or send the PUT again with the account that is.`,
  });
}
