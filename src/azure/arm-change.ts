import { ask } from "./ask.ts";

export interface Polling {
  /** Between two looks at a long-running operation. ARM sends no Retry-After (facts/acr.md section 1). */
  readonly pollSeconds: number;
  /** How long an operation is waited for before it counts as `unavailable`. It goes on at ARM. */
  readonly patienceSeconds: number;
}

interface Options {
  readonly abortSignal: AbortSignal;
  readonly updateIntervalInMs: number;
}

/** A started operation, whatever it yields. */
interface Waiting {
  pollUntilDone(options: { abortSignal: AbortSignal }): Promise<unknown>;
}

/**
 * Changes something at ARM and waits for its long-running operation; `what` completes "Could not …".
 * One try only: the request may have been taken, and jobs look before they ask again.
 */
export function armChange(
  { pollSeconds, patienceSeconds }: Polling,
  what: string,
  start: (options: Options) => Waiting,
): Promise<void> {
  const exchange = async (abortSignal: AbortSignal) => {
    const waiting = start({ abortSignal, updateIntervalInMs: pollSeconds * 1000 });
    await waiting.pollUntilDone({ abortSignal });
  };
  return ask(what, exchange, { seconds: patienceSeconds, tries: 1 });
}
