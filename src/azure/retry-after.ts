/** Reads one header by its lower-case name. */
export type ReadHeader = (name: string) => string | undefined;

/**
 * Whole seconds the far end asks us to wait, undefined when it does not say or says nonsense.
 * Azure has three spellings; the two in milliseconds are the more exact and win.
 */
export function retryAfterSeconds(header: ReadHeader, now: number): number | undefined {
  for (const name of ["retry-after-ms", "x-ms-retry-after-ms"]) {
    const text = header(name);
    if (text !== undefined && /^\d+$/.test(text)) return Math.ceil(Number(text) / 1000);
  }
  const text = header("retry-after");
  if (text === undefined) return undefined;
  if (/^\d+$/.test(text)) return Number(text);
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - now) / 1000));
}
