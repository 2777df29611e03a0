import type { By } from "../domain/caller.ts";
import type { CredentialSet } from "../domain/credential-set.ts";
import type { CredentialSetView } from "../domain/credential-set-view.ts";
import { LarderError } from "../domain/errors.ts";
import type { Ports, Stored } from "../domain/ports.ts";
import {
  isAside,
  type Rotation,
  type RotationRecord,
  runningRotation,
} from "../domain/rotation.ts";
import { orProblem } from "./or-problem.ts";
import { credentialSetView } from "./read-credential-set.ts";

/** Lets a credential set go: its token is no longer renewed. Nothing at Docker Hub, in the vault or in ACR changes. Repeats are harmless. */
export async function releaseCredentialSet(
  ports: Pick<Ports, "rotations" | "history" | "announcer" | "ambient">,
  registry: string,
  name: string,
  {
    set,
    stored,
  }: {
    readonly set: CredentialSet | undefined;
    readonly stored: Stored<RotationRecord> | undefined;
  },
  by: By,
): Promise<CredentialSetView> {
  const now = ports.ambient.now();
  if (!set && !stored)
    throw new LarderError("missing", {
      code: "CredentialSetNotFound",
      target: "name",
      message: `Registry "${registry}" has no credential set "${name}".`,
    });
  const notes = stored ? await release(ports, stored, by) : [];
  const view = credentialSetView(registry, set, set ? undefined : stored, now);
  return {
    ...view,
    record: undefined,
    etag: "",
    state: undefined,
    next: undefined,
    toDo: [],
    notes,
  };
}

async function release(
  ports: Pick<Ports, "rotations" | "history" | "announcer" | "ambient">,
  { value: record, etag }: Stored<RotationRecord>,
  by: By,
): Promise<readonly string[]> {
  const running = runningRotation(record);
  const { registry, name } = record;
  // One that only waits for a person has made nothing yet.
  if (running && running.state !== "waiting")
    throw new LarderError("conflict", {
      code: "RotationRunning",
      target: "rotation",
      message: `Rotation ${running.id} is under way. Let it end first, so that no token is left behind.`,
    });
  const at = ports.ambient.now();
  const message = "Larder no longer renews its token.";
  const line = {
    at,
    registry,
    resource: name,
    event: "rotationReleased",
    by: by.name,
    message,
  } as const;
  await ports.history.append(registry, [line]);
  await ports.rotations.remove(registry, name, etag);
  // The record that would remember what is untold is gone.
  const released = { id: ports.ambient.newId(), name: "RotationReleased", at, registry } as const;
  await orProblem(
    ports.announcer.announce([{ ...released, credentialSet: name, message, by: by.name }]),
  );
  return notRetired(record.rotations);
}

/** What to say of old tokens that Larder no longer sees to. */
export function notRetired(rotations: readonly Rotation[]): readonly string[] {
  return rotations
    .filter(isAside)
    .flatMap(({ oldUuid }) =>
      oldUuid === undefined
        ? []
        : [`The old token ${oldUuid} was not retired yet: revoke it yourself.`],
    );
}
