import { pendingSecretId, type Rotation } from "../domain/rotation.ts";
import { rotationTag } from "../domain/token-marks.ts";
import type { RotationSite } from "./rotation-site.ts";

/**
 * Makes the pending version unreadable: the live secret holds its value. Not deleted, because a deleted
 * secret's name cannot be written again before it is purged, which protected vaults forbid.
 */
export async function closePending(
  { ports, desk }: RotationSite,
  rotation: Rotation,
): Promise<void> {
  const id = pendingSecretId(desk.record());
  const pending = await ports.secrets.get(id);
  const own =
    pending?.tags[rotationTag] === rotation.id || pending?.version === rotation.pendingVersion;
  if (!pending?.value || !own) return;
  await desk.guard();
  await ports.secrets.disable(id, pending.version);
}
