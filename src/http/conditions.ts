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

/** Whether the request says which state it is meant for. */
export function isConditional({ ifMatch, mustNotExist }: Conditions): boolean {
  return ifMatch !== undefined || mustNotExist;
}

/** For a caller who set no condition, and so must not hear (412) that one failed: others kept writing in between. */
export function concurrentChange(): RequestError {
  return new RequestError(
    409,
    {
      code: "ConcurrentChange",
      message: "It was changed by others at the same moment. Send the request again.",
    },
    { headers: { "Retry-After": "1" } },
  );
}

function refusal(target: ConditionalHeader, what: string): RequestError {
  return new RequestError(400, {
    code: "InvalidHeaderValue",
    target,
    message: `The header ${target} ${what}`,
  });
}
