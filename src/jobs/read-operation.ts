import { LarderError } from "../domain/errors.ts";
import { type Operation, registryOfOperation } from "../domain/operation.ts";
import type { Ports } from "../domain/ports.ts";
import { progressOf } from "../domain/refresh-progress.ts";
import { operationOf } from "../domain/rotation-operation.ts";

/**
 * The state of a long-running request, that of a refresh with its progress. `missing` when there is
 * none by that id, or it was cleaned up after 7 days (a rotation: after ten more); `refused` when it may stand in a
 * record of a rotation that cannot be read.
 */
export async function readOperation(
  ports: Pick<Ports, "operations" | "refreshes" | "rotations">,
  id: string,
): Promise<Operation> {
  const operation = await ports.operations.get(id);
  if (operation) return operation;
  const refresh = await ports.refreshes.get(id);
  if (refresh) {
    const found = refresh.value.operation;
    return { ...found, progress: progressOf(found, await ports.refreshes.progress(found.id)) };
  }
  const rotation = await rotationOperation(ports, id);
  if (rotation) return rotation;
  throw new LarderError("missing", {
    code: "OperationNotFound",
    target: "id",
    message: `There is no operation "${id}". Operations are kept for 7 days after their last change.`,
  });
}

/** A rotation's operation is a part of its credential set's record, of which a registry has a few. */
async function rotationOperation(
  { rotations }: Pick<Ports, "rotations">,
  id: string,
): Promise<Operation | undefined> {
  const { records, unreadable } = await rotations.list(registryOfOperation(id));
  const found = records.flatMap(({ value }) => operationOf(value, id) ?? [])[0];
  const [hidden] = unreadable;
  if (found || !hidden) return found;
  const { code, message } = hidden.problem;
  const text = `Whether there is an operation "${id}" cannot be told. ${message}`;
  throw new LarderError("refused", { code, message: text, target: "id" });
}
