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
  missing: 404,
  conflict: 409,
  stale: 412,
  refused: 422,
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
    const wait = Math.max(1, Math.ceil(error.retryAfterSeconds ?? defaultWait));
    const headers: Record<string, string> =
      error.reason === "unavailable" ? { "Retry-After": String(wait) } : {};
    return problemReply(statusOf(error), error.problem, error.details, headers);
  }
  const message = `Larder failed to answer. Its log names the cause under incident ${incident}.`;
  return problemReply(500, { code: "InternalError", message, target: incident }, [], {});
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
