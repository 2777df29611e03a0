import { LarderError } from "../domain/errors.ts";
import { RequestError } from "./request-error.ts";

/** The conditional headers of a request. */
export interface Conditions {
  /** An ETag as it was given out, or "*": it must exist. */
  readonly ifMatch?: string | undefined;
  /** If-None-Match was "*": it must not exist. */
  readonly mustNotExist: boolean;
}

export type ConditionalHeader = "If-Match" | "If-None-Match";

/** The ETags of Table Storage are of this form: quoted, weak, without quotes inside. */
const etag = /^(?:\*|(?:W\/)?"[\x21\x23-\x7e]{0,300}")$/;

/**
 * The conditions of a request. 400 for a header that cannot be understood, or that the call does
 * not take: a condition silently ignored would be worse than none.
 */
export function readConditions(
  headers: { get(name: string): string | null },
  taken: readonly ConditionalHeader[],
): Conditions {
  for (const name of ["If-Match", "If-None-Match"] as const)
    if (headers.get(name) !== null && !taken.includes(name))
      throw refusal(name, "is not honoured by this call; leave it out.");
  const ifMatch = headers.get("If-Match") ?? undefined;
  const ifNoneMatch = headers.get("If-None-Match");
  if (ifMatch !== undefined && !etag.test(ifMatch))
    throw refusal("If-Match", 'takes one ETag as it was given out, quotes included, or "*".');
  if (ifNoneMatch !== null && ifNoneMatch !== "*")
    throw refusal("If-None-Match", 'takes only "*" here.');
  return { ifMatch, mustNotExist: ifNoneMatch === "*" };
}

/** Whether the state that exists matters to the request. */
export function isConditional({ ifMatch, mustNotExist }: Conditions): boolean {
  return ifMatch !== undefined || mustNotExist;
}

/** `stale` unless what exists (its ETag, or undefined) is as the conditions want it. */
export function checkConditions(conditions: Conditions, existing: string | undefined): void {
  const { ifMatch, mustNotExist } = conditions;
  const matches = ifMatch === existing || (ifMatch === "*" && existing !== undefined);
  const wrong = (mustNotExist && existing !== undefined) || (ifMatch !== undefined && !matches);
  if (!wrong) return;
  throw new LarderError("stale", {
    code: "ConditionNotMet",
    target: mustNotExist ? "If-None-Match" : "If-Match",
    message:
      existing === undefined
        ? "It does not exist, and If-Match asks that it does."
        : "It exists in another state than the condition allows. Read it again and decide anew.",
  });
}

function refusal(target: ConditionalHeader, what: string): RequestError {
  return new RequestError(400, {
    code: "InvalidHeaderValue",
    target,
    message: `The header ${target} ${what}`,
  });
}
