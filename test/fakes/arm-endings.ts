import { LarderError } from "../../src/domain/errors.ts";

/** How ARM ends the next long-running operation instead of well. */
export type Ending =
  /** Outlasts the adapter's patience: the resource stays Creating, Updating or Deleting until `settle`. */
  | { readonly kind: "slow" }
  /** Accepted, then failed: the resource stays there with provisioningState Failed. */
  | { readonly kind: "fails"; readonly code: string; readonly message: string };

/** What the adapter makes of it. */
export function endedBadly(ending: Ending): LarderError {
  if (ending.kind === "fails")
    return new LarderError("refused", { code: ending.code, message: ending.message });
  return new LarderError("unavailable", {
    code: "TimedOut",
    message: "ARM accepted the change but has not finished it yet.",
  });
}
