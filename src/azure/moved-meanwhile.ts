import { codeOf, statusOf } from "./sdk-error.ts";

/**
 * Whether a guarded write to a table failed because its row is not as it was read. 412: another ETag;
 * 409: there already; 404: gone, unless it is the table that is not there yet.
 */
export function movedMeanwhile(error: unknown): boolean {
  const status = statusOf(error);
  return (
    status === 412 ||
    (status === 409 && codeOf(error) === "EntityAlreadyExists") ||
    (status === 404 && codeOf(error) === "ResourceNotFound")
  );
}
