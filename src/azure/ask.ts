import { setTimeout as delay } from "node:timers/promises";
import { isReason, LarderError } from "../domain/errors.ts";
import { failure } from "./failure.ts";

export interface Patience {
  /** For one try, after which it is aborted and `unavailable`. */
  readonly seconds?: number;
  readonly tries?: number;
}

/**
 * For the clients' options, because `ask` retries instead. The SDKs' own retry sleeps for as long
 * as a Retry-After says, up to minutes inside a web request; a longer wait belongs to the jobs.
 */
export const noSdkRetries = { maxRetries: 0 } as const;

/** The longest Retry-After that is waited out here, in seconds. */
const shortWait = 2;

/**
 * Runs one exchange with the far end; every rejection is a LarderError (see `failure`). What was
 * `unavailable` is tried again twice, unless the far end asked for a longer wait or our own time ran out.
 * `what` completes "Could not …".
 */
export async function ask<T>(
  what: string,
  exchange: (abortSignal: AbortSignal) => Promise<T>,
  { seconds = 20, tries = 3 }: Patience = {},
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await within(seconds, exchange);
    } catch (error) {
      const failed = failure(what, error);
      if (attempt >= tries || !soonAgain(failed)) throw failed;
      await delay((failed.retryAfterSeconds ?? 0) * 1000 + attempt * (100 + Math.random() * 200));
    }
  }
}

/**
 * One exchange, aborted when its time is up. Not every one heeds its signal (ARM's SDK gives later
 * pages none), so it is not waited for then. The timer goes with the answer: one that ran on would
 * keep every exchange of the last seconds in memory.
 */
async function within<T>(
  seconds: number,
  exchange: (abortSignal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const error = new DOMException("The operation timed out.", "TimeoutError");
      controller.abort(error);
      reject(error);
    }, seconds * 1000);
  });
  try {
    return await Promise.race([exchange(controller.signal), late]);
  } finally {
    clearTimeout(timer);
  }
}

function soonAgain(failed: unknown): failed is LarderError {
  return (
    failed instanceof LarderError &&
    failed.reason === "unavailable" &&
    failed.problem.code !== "TimedOut" &&
    (failed.retryAfterSeconds ?? 0) <= shortWait
  );
}

/** The answer, or `undefined` where the thing asked for does not exist. */
export async function ifThere<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isReason(error, "missing")) return undefined;
    throw error;
  }
}
