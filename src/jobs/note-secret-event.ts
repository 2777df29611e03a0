import { isReason } from "../domain/errors.ts";
import { isHinted } from "../domain/plan-rotation.ts";
import type { Ports, Stored } from "../domain/ports.ts";
import { pendingSecretId, type RotationRecord } from "../domain/rotation.ts";
import { rotatorSecrets } from "../domain/rotator-secrets.ts";
import type { SecretEvent } from "../domain/secret-event.ts";
import { secretPlace } from "../domain/secret-place.ts";
import { secondsBetween } from "../domain/time.ts";
import { wake } from "./rotate-credential-set.ts";

type NotePorts = Pick<
  Ports,
  "registries" | "rotations" | "rotationOutbox" | "rotationSettings" | "ambient"
>;

/** A hint that nobody has seen to for so long may have lost its message, seconds. */
const lostAfter = 600;
const rounds = 8;

/**
 * Records the hint on the credential sets concerned and wakes the worker, which reads the secret anew: nothing in the event
 * is believed. Of a thousand at once one is recorded. Answers a line for the log.
 */
export async function noteSecretEvent(ports: NotePorts, event: SecretEvent): Promise<string> {
  const listed = await Promise.all(ports.registries.names.map((one) => ports.rotations.list(one)));
  const concerned = listed
    .flatMap(({ records }) => records)
    .filter(({ value }) => concerns(ports, value, event));
  const what = `${event.type} of secret "${event.secret}" in vault "${event.vault}"`;
  const hidden = listed.some(({ unreadable }) => unreadable.length > 0);
  const known = hidden ? ", as far as its records can be read" : "";
  if (concerned.length === 0) return `${what}: no token that Larder renews lies there${known}`;
  const noted = await Promise.all(concerned.map((stored) => note(ports, stored)));
  const names = concerned.map(({ value }) => `${value.registry}/${value.name}`).join(", ");
  return noted.some(Boolean)
    ? `${what}: noted for ${names}`
    : `${what}: known for ${names} already`;
}

/** The live and the pending secret, and the account's login, whose mending a rotation may wait for. */
function concerns(
  { rotationSettings }: NotePorts,
  record: RotationRecord,
  { vault, host, secret }: SecretEvent,
): boolean {
  const login = rotatorSecrets(record, rotationSettings.rotatorVault);
  return [record.passwordSecretId, pendingSecretId(record), ...Object.values(login)].some((id) => {
    const place = secretPlace(id);
    return place?.secret === secret && (place.host === host || place.vault === vault);
  });
}

/** false: a hint stands there that nobody has seen to yet. */
async function note(ports: NotePorts, first: Stored<RotationRecord>): Promise<boolean> {
  const { registry, name } = first.value;
  let stored: Stored<RotationRecord> | undefined = first;
  for (let round = 0; stored && round < rounds; round += 1) {
    const now = ports.ambient.now();
    const { value, etag } = stored;
    const age = secondsBetween(value.hintedAt ?? now, now);
    if (isHinted(value) && age < lostAfter) return false;
    try {
      await ports.rotations.write({ ...value, hintedAt: now, nextAt: now }, etag);
      await wake(ports, registry, name);
      return true;
    } catch (error) {
      if (!isReason(error, "stale")) throw error;
      stored = await ports.rotations.get(registry, name);
    }
  }
  return false;
}
