import type { KeyRange } from "./read-rows.ts";
import { partitionOf } from "./rule-keys.ts";

/*
 * Keys of the table `rotations`: a registry is one partition, a credential set in it one row. Names
 * are compared without case, so keys are lower case.
 */

export const rotationsTable = "rotations";

export function rotationKey(
  registry: string,
  name: string,
): { readonly partitionKey: string; readonly rowKey: string } {
  return { partitionKey: partitionOf(registry), rowKey: partitionOf(name) };
}

/** All credential sets of a registry; "{" follows the last letter that a key begins with. */
export function rotationsRange(registry: string): KeyRange {
  return { partitionKey: partitionOf(registry), from: "", before: "{" };
}
