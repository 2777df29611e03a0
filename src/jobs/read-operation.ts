import { LarderError } from "../domain/errors.ts";
import type { Operation } from "../domain/operation.ts";
import type { Ports } from "../domain/ports.ts";
import { progressOf } from "../domain/refresh-progress.ts";

/**
 * The state of a long-running request, that of a refresh with its progress. `missing` when there is
 * none by that id, or it was cleaned up after 7 days.
 */
export async function readOperation(
  ports: Pick<Ports, "operations" | "refreshes">,
  id: string,
): Promise<Operation> {
  const operation = await ports.operations.get(id);
  if (operation) return operation;
  const refresh = await ports.refreshes.get(id);
  if (refresh) {
    const found = refresh.value.operation;
    return { ...found, progress: progressOf(found, await ports.refreshes.progress(found.id)) };
  }
  throw new LarderError("missing", {
    code: "OperationNotFound",
    target: "id",
    message: `There is no operation "${id}". Operations are kept for 7 days after their last change.`,
  });
}
