import { LarderError } from "../domain/errors.ts";
import type { Operation } from "../domain/operation.ts";
import type { Ports } from "../domain/ports.ts";

/** The state of a long-running request. `missing` when there is none by that id, or it was cleaned up after 7 days. */
export async function readOperation(
  ports: Pick<Ports, "operations">,
  id: string,
): Promise<Operation> {
  const operation = await ports.operations.get(id);
  if (operation) return operation;
  throw new LarderError("missing", {
    code: "OperationNotFound",
    target: "id",
    message: `There is no operation "${id}". Operations are kept for 7 days after their last change.`,
  });
}
