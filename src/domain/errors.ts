/**
 * Why something could not be done, in the domain's words. `http/reply` maps a reason to a status,
 * `mayRetry` tells jobs whether waiting can help; nothing else reads meaning into an error.
 */
export type Reason =
  | "invalid" // the request itself is wrong; repeating it cannot help
  | "conflict" // it contradicts something that exists
  | "missing" // the named thing does not exist
  | "forbidden" // the caller may not do it, or policy does not allow it
  | "lacksRight" // Larder's own identity may not do it; whoever runs Larder must grant it
  | "stale" // the thing moved since it was read (ETag)
  | "refused" // the far end understood and said no
  | "unavailable"; // the far end could not answer now: timeout, 429, 5xx, connection lost

export interface Problem {
  /** Stable, PascalCase, part of the API. */
  readonly code: string;
  /** One or two sentences: what is wrong, then how to mend it. Never contains a secret. */
  readonly message: string;
  /** The field of the request, as a JSON path ("source", "refresh.every"), or the resource. */
  readonly target?: string | undefined;
}

interface Options {
  readonly details?: readonly Problem[] | undefined;
  /** Seconds the far end asked us to wait; only with reason `unavailable`. */
  readonly retryAfterSeconds?: number | undefined;
  readonly cause?: unknown;
}

/** The only error that crosses a port. Anything else that is thrown is a bug. */
export class LarderError extends Error {
  readonly reason: Reason;
  readonly problem: Problem;
  readonly details: readonly Problem[];
  readonly retryAfterSeconds: number | undefined;

  constructor(reason: Reason, problem: Problem, options: Options = {}) {
    super(`${problem.code}: ${problem.message}`, { cause: options.cause });
    this.name = "LarderError";
    this.reason = reason;
    this.problem = problem;
    this.details = options.details ?? [];
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** One error for everything that is wrong at once: the first problem leads, all stand in the details when there are several. */
export function problemsError(
  reason: Reason,
  problems: readonly [Problem, ...Problem[]],
): LarderError {
  return new LarderError(reason, problems[0], { details: problems.length > 1 ? problems : [] });
}

/** Whether the same step can succeed later without anybody changing anything. */
export function mayRetry({ reason }: LarderError): boolean {
  return reason === "unavailable" || reason === "stale";
}

/** Narrowing test for one reason: `isReason(error, "missing")`. */
export function isReason(error: unknown, reason: Reason): error is LarderError {
  return error instanceof LarderError && error.reason === reason;
}
