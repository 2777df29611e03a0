import { boundedWait, retryAfterSeconds } from "../domain/retry-after.ts";

/** Reads one header by its lower-case name. */
export type ReadHeader = (name: string) => string | undefined;

/**
 * Whole seconds the far end asks us to wait, at most a day; undefined when it does not say or says
 * nonsense. Azure has three spellings; the two in milliseconds are the more exact and win.
 */
export function azureRetryAfter(header: ReadHeader, nowMs: number): number | undefined {
  for (const name of ["retry-after-ms", "x-ms-retry-after-ms"]) {
    const text = header(name)?.trim();
    if (text !== undefined && /^\d+$/.test(text)) return boundedWait(Number(text) / 1000);
  }
  const now = new Date(nowMs).toISOString();
  return retryAfterSeconds(header("retry-after"), header("date"), now);
}
