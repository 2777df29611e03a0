import type { IncomingHttpHeaders } from "node:http";

/** No answer makes Larder wait longer than a day. */
const longest = 86_400;
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
 * Whole seconds, rounded up, that an answer asks to wait: from Retry-After as seconds or HTTP date,
 * or from GHCR's wording in the body. Undefined when it says nothing that can be read.
 */
export function retryAfterSeconds(
  headers: IncomingHttpHeaders,
  body: string,
  nowMs: number,
): number | undefined {
  const header = headers["retry-after"]?.trim();
  const said =
    (header === undefined ? undefined : (plain(header) ?? fromDate(header, headers.date, nowMs))) ??
    plain(inBody.exec(body)?.[1] ?? "");
  return said === undefined ? undefined : Math.min(Math.max(Math.ceil(said), 0), longest);
}

/** "60", "1.5", or a duration as Go prints it: "880.092µs", "1m30s". */
function plain(text: string): number | undefined {
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text);
  // Node reads header bytes as Latin-1, where a UTF-8 micro sign is two characters.
  const duration = text.replace(/(?:Â|Î)?[µμ¼]/g, "u");
  if (!goDuration.test(duration)) return undefined;
  let seconds = 0;
  for (const [, amount, unit] of duration.matchAll(/([\d.]+)([a-z]+)/g)) {
    seconds += Number(amount) * (unitSeconds[unit ?? ""] ?? 0);
  }
  return seconds;
}

/** Measured from the answer's own Date, so that a wrong clock on either side does not matter. */
function fromDate(text: string, date: string | undefined, nowMs: number): number | undefined {
  const until = httpDate(text);
  if (until === undefined) return undefined;
  return (until - (httpDate(date ?? "") ?? nowMs)) / 1000;
}

/** Milliseconds since the epoch for any of the three forms of RFC 9110 section 5.6.7, all in UTC. */
function httpDate(text: string): number | undefined {
  if (!/^[A-Z][a-z]{2,8},? .*\d\d:\d\d:\d\d/.test(text)) return undefined;
  const parsed = Date.parse(text.endsWith("GMT") ? text : `${text} GMT`);
  return Number.isNaN(parsed) ? undefined : parsed;
}
