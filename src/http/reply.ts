import { LarderError, type Problem, type Reason } from "../domain/errors.ts";
import { RequestError } from "./request-error.ts";

/** What goes over the wire. `body` is the text as sent; undefined sends none. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

const statuses: Readonly<Record<Reason, number>> = {
  invalid: 400,
  forbidden: 403,
  lacksRight: 502,
  missing: 404,
  conflict: 409,
  stale: 412,
  refused: 502,
  unavailable: 503,
};

/** Seconds a caller is asked to wait when the far end named none. */
const defaultWait = 10;

/** The error shape of Azure's REST guidelines (facts/functions.md section 7). */
export function errorBody(problem: Problem, details: readonly Problem[]) {
  return {
    code: problem.code,
    message: problem.message,
    ...(problem.target !== undefined && { target: problem.target }),
    ...(details.length > 0 && {
      details: details.map(({ code, message, target }) => ({
        code,
        message,
        ...(target !== undefined && { target }),
      })),
    }),
  };
}

/** The status a domain error is answered with. */
export function statusOf(error: LarderError): number {
  return statuses[error.reason];
}

/** Retry-After, in whole seconds, for the longest wait among the errors that waiting may mend; none when there is no such error. */
export function waitHeaders(errors: readonly LarderError[]): Record<string, string> {
  const waits = errors
    .filter(({ reason }) => reason === "unavailable")
    .map(({ retryAfterSeconds }) => Math.ceil(retryAfterSeconds ?? defaultWait));
  return waits.length > 0 ? { "Retry-After": String(Math.max(1, ...waits)) } : {};
}

/** A JSON answer; `undefined` fields are left out. */
export function jsonReply(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Reply {
  return {
    status,
    headers: {
      "Content-Type": "application/json; charset=utf-8",
      "Cache-Control": "no-store",
      "X-Content-Type-Options": "nosniff",
      ...headers,
    },
    body: JSON.stringify(body),
  };
}

/**
 * The answer to anything thrown. What is neither a domain error nor a request error is a bug:
 * the caller learns `incident`, an id to be found in the log, and nothing else.
 */
export function errorReply(error: unknown, incident: string): Reply {
  if (error instanceof RequestError)
    return problemReply(error.status, error.problem, error.details, error.headers);
  if (error instanceof LarderError) {
    const headers = waitHeaders([error]);
    if (error.reason === "lacksRight")
      return problemReply(502, ...lackedRight(error.problem), headers);
    return problemReply(statusOf(error), error.problem, error.details, headers);
  }
  const message = `Larder failed to answer. Its log names the cause under incident ${incident}.`;
  return problemReply(500, { code: "InternalError", message, target: incident }, [], {});
}

/** A 403 of ARM's would read as the caller's; this says whose right is missing, and keeps what ARM said. */
function lackedRight(problem: Problem): [Problem, readonly Problem[]] {
  const message = `${problem.message} It is Larder's own identity that lacks a right, not yours: whoever runs Larder must grant it (README, "What it may do").`;
  return [{ code: "LarderLacksRight", message, target: problem.target }, [problem]];
}

function problemReply(
  status: number,
  problem: Problem,
  details: readonly Problem[],
  headers: Readonly<Record<string, string>>,
): Reply {
  return jsonReply(
    status,
    { error: errorBody(problem, details) },
    { "x-ms-error-code": problem.code, ...headers },
  );
}
