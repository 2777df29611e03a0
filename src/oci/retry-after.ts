import type { IncomingHttpHeaders } from "node:http";
import { boundedWait, retryAfterSeconds } from "../domain/retry-after.ts";

const unitSeconds: Readonly<Record<string, number>> = {
  ns: 1e-9,
  us: 1e-6,
  ms: 1e-3,
  s: 1,
  m: 60,
  h: 3600,
};
const goDuration = /^(?:\d+(?:\.\d+)?(?:ns|us|ms|[smh]))+$/;
/** GHCR says it in the body: "retry-after: 880.092µs, allowed: 44000/minute" (watchtower#2366). */
const inBody = /retry-after:\s*([\d.a-zµμ]+)/i;

/**
 * Whole seconds, rounded up and at most a day, that an answer asks to wait: from Retry-After as
 * seconds or HTTP date, or a duration as GHCR words it, there or in the body. Undefined when it
 * says nothing that can be read.
 */
export function upstreamRetryAfter(
  headers: IncomingHttpHeaders,
  body: string,
  nowMs: number,
): number | undefined {
  const now = new Date(nowMs).toISOString();
  const read = (text: string | undefined) =>
    retryAfterSeconds(text, headers.date, now) ?? fromDuration(text?.trim() ?? "");
  return read(headers["retry-after"]) ?? read(inBody.exec(body)?.[1]);
}

/** A duration as Go prints it: "880.092µs", "1m30s". */
function fromDuration(text: string): number | undefined {
  // Node reads header bytes as Latin-1, where a UTF-8 micro sign is two characters.
  const duration = text.replace(/(?:Â|Î)?[µμ¼]/g, "u");
  if (!goDuration.test(duration)) return undefined;
  let seconds = 0;
  for (const [, amount, unit] of duration.matchAll(/([\d.]+)([a-z]+)/g)) {
    seconds += Number(amount) * (unitSeconds[unit ?? ""] ?? 0);
  }
  return boundedWait(seconds);
}
