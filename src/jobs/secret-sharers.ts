import { LarderError } from "../domain/errors.ts";
import { ownerOf, type RotationRecord, runningRotation } from "../domain/rotation.ts";
import { sameSecretId } from "../domain/secret-place.ts";
import type { RotationPorts } from "./rotation-site.ts";

type ListPorts = Pick<RotationPorts, "registries" | "rotations">;

/** The other records of the same live secret. One secret has one rotation; two PUTs at once can make two of them. */
async function sharers(
  { registries, rotations }: ListPorts,
  record: RotationRecord,
): Promise<readonly RotationRecord[]> {
  const listed = await Promise.all(registries.names.map((one) => rotations.list(one)));
  return listed
    .flatMap(({ records }) => records.map(({ value }) => value))
    .filter(
      (one) =>
        sameSecretId(one.passwordSecretId, record.passwordSecretId) &&
        ownerOf(one) !== ownerOf(record),
    );
}

/** Of two records of one secret the one that was adopted first stays; at the same instant the first by name. */
const isEarlier = (a: RotationRecord, b: RotationRecord) =>
  a.adoptedAt === b.adoptedAt ? ownerOf(a) < ownerOf(b) : a.adoptedAt < b.adoptedAt;

/** Another record of the same live secret that stays, so that this one must go; undefined: there is none. */
export async function earlierSharer(
  ports: ListPorts,
  record: RotationRecord,
): Promise<RotationRecord | undefined> {
  return (await sharers(ports, record)).find((one) => isEarlier(one, record));
}

/**
 * Makes sure before a look, which may begin a rotation, that no other record renews the same secret: `conflict`
 * `SecretRenewedAlready` when another one was there first, or has a rotation under way.
 */
export async function checkSharing(ports: ListPorts, record: RotationRecord): Promise<void> {
  const others = await sharers(ports, record);
  const other = others.find((one) => isEarlier(one, record) || runningRotation(one));
  if (other) throw renewedAlready(other);
}

export function renewedAlready({ name, registry }: RotationRecord): LarderError {
  return new LarderError("conflict", {
    code: "SecretRenewedAlready",
    target: "passwordSecretId",
    message: `Credential set "${name}" of ${registry} reads the same secret, and its rotation sees to this set, too. Nothing is to be done, but to let go of this one if Larder has it (PUT with "rotation": null).`,
  });
}
