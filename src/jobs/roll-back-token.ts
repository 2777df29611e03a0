import type { LiveToken, Rotation } from "../domain/rotation.ts";
import { rolledBackTag, rotationTag, tokenTag } from "../domain/token-marks.ts";
import { isTokenOf } from "./overtaken-token.ts";
import type { RotationSite, StepOutcome } from "./rotation-site.ts";
import { touchSets } from "./sets-with-secret.ts";

/**
 * rollingBack → discarding: the old token, tested once more, becomes the newest version of the live secret again. When it does
 * not work any more there is nothing to go back to, and the rotation stays promoted.
 */
export async function rollBackToken(site: RotationSite, rotation: Rotation): Promise<StepOutcome> {
  const { ports, desk } = site;
  const record = desk.record();
  const live = await ports.secrets.get(record.passwordSecretId);
  let version = live?.version ?? "";
  if (isTokenOf(live, rotation)) {
    const old =
      rotation.oldVersion === undefined
        ? undefined
        : await ports.secrets.get(record.passwordSecretId, rotation.oldVersion);
    const found = old?.value && (await ports.hubLogins.identify(record.policy.account, old.value));
    if (!old?.value || !found) return noWayBack();
    const { [rotationTag]: _own, ...others } = old.tags;
    const tags = {
      ...others,
      [rolledBackTag]: rotation.id,
      ...(found.uuid !== undefined && { [tokenTag]: found.uuid }),
    };
    await desk.guard();
    // A person's version may not say when the token ends; Docker Hub did.
    const expiresAt = rotation.oldExpiresAt ?? old.expiresAt;
    version = await ports.secrets.put(record.passwordSecretId, old.value, { tags, expiresAt });
  } else if (live?.tags[rolledBackTag] !== rotation.id) {
    return { change: { state: "discarding" } };
  }
  await touchSets(site);
  const { failure } = rotation;
  const now = ports.ambient.now();
  return {
    change: { state: "discarding" },
    // How soon the next rotation may begin depends on what is live now.
    record: { lookAt: now, live: oldAgain(rotation, version, now) },
    tell: [
      {
        name: "RotationRolledBack",
        tokenUuid: rotation.oldUuid,
        message: `The live secret holds the old token again. ${failure?.message ?? ""}`,
      },
    ],
  };
}

function oldAgain(
  { oldUuid, oldExpiresAt }: Rotation,
  version: string,
  checkedAt: string,
): LiveToken {
  return {
    version,
    uuid: oldUuid,
    expiresAt: oldExpiresAt,
    works: "yes",
    checkedAt,
  };
}

function noWayBack(): StepOutcome {
  const code = "NoWayBack";
  const message =
    "ACR does well no more with the new token, and the old one does not work, so that there is nothing to go back to. The new one works at Docker Hub: look at what ACR says of the credential set.";
  return {
    change: { state: "promoted", failure: undefined, healthyBefore: false, canaryBefore: false },
    hold: { code, message, tell: "RotationBlocked" },
  };
}
