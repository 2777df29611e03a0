import { setTimeout as pause } from "node:timers/promises";

/** How long Azure is waited for, and how often it is asked. */
export interface Patience {
  readonly waitSeconds: number;
  readonly pollSeconds: number;
}

/** Milliseconds on the clock of performance.now(): patience that several questions share. */
export const deadlineOf = ({ waitSeconds }: Patience): number =>
  performance.now() + waitSeconds * 1000;

/**
 * Asks again for as long as `hope` has something to say of the answer: why it may become another by itself. That
 * is printed when it changes. The last answer when time is up.
 */
export async function repeat<T>(
  { deadline, pollSeconds }: { readonly deadline: number; readonly pollSeconds: number },
  ask: () => Promise<T>,
  hope: (answer: T) => string | undefined,
): Promise<T> {
  let said: string | undefined;
  for (;;) {
    const answer = await ask();
    const why = hope(answer);
    if (why === undefined || performance.now() >= deadline) return answer;
    if (why !== said) console.log(`  ${why}`);
    said = why;
    await pause(pollSeconds * 1000);
  }
}

type Settled<T> = { readonly value: T } | { readonly error: unknown };

/** `repeat` for what rejects: with the last failure when time is up, and at once with one that there is no hope for. */
export async function persist<T>(
  patience: Patience,
  ask: () => Promise<T>,
  hope: (error: unknown) => string | undefined,
): Promise<T> {
  const settle = (): Promise<Settled<T>> =>
    ask().then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    );
  const timing = { deadline: deadlineOf(patience), pollSeconds: patience.pollSeconds };
  const last = await repeat(timing, settle, (one) =>
    "error" in one ? hope(one.error) : undefined,
  );
  if ("error" in last) throw last.error;
  return last.value;
}
