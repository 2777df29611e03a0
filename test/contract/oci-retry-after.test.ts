import { describe, expect, it } from "vitest";
import { upstreamRetryAfter } from "../../src/oci/retry-after.ts";

const now = Date.parse("2026-11-21T02:00:00Z");
const ghcr = (wait: string) =>
  JSON.stringify({
    errors: [{ code: "TOOMANYREQUESTS", message: `retry-after: ${wait}, allowed: 44000/minute` }],
  });

type Row = readonly [
  name: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  seconds: number | undefined,
];
const rows: readonly Row[] = [
  ["seconds", { "retry-after": "60" }, "Too Many Requests (HAP429).\n", 60],
  ["seconds with blanks", { "retry-after": " 7 " }, "", 7],
  ["zero", { "retry-after": "0" }, "", 0],
  ["an HTTP date", { "retry-after": "Sat, 21 Nov 2026 02:01:30 GMT" }, "", 90],
  [
    "an HTTP date by the server's own clock",
    { "retry-after": "Sat, 21 Nov 2026 05:00:10 GMT", date: "Sat, 21 Nov 2026 05:00:00 GMT" },
    "",
    10,
  ],
  ["a date of RFC 850", { "retry-after": "Saturday, 21-Nov-26 02:00:30 GMT" }, "", 30],
  ["a date of asctime", { "retry-after": "Sat Nov 21 02:00:45 2026" }, "", 45],
  ["a date that is over", { "retry-after": "Sat, 21 Nov 2026 01:00:00 GMT" }, "", 0],
  ["GHCR's microseconds in the body", {}, ghcr("880.092µs"), 1],
  ["the other micro sign", {}, ghcr("3000000μs"), 3],
  ["a longer wait in the body", {}, ghcr("1m30.5s"), 91],
  ["milliseconds in the body", {}, ghcr("1500ms"), 2],
  ["a duration in the header, read as Latin-1", { "retry-after": "2000000Âµs" }, "", 2],
  ["the header before the body", { "retry-after": "5" }, ghcr("9s"), 5],
  ["the body when the header is no use", { "retry-after": "soon" }, ghcr("9s"), 9],
  ["Quay's nginx page", {}, "<html><h1>429 Too Many Requests</h1>nginx</html>", undefined],
  ["nothing", {}, "", undefined],
  ["a negative number", { "retry-after": "-5" }, "", undefined],
  ["no number", { "retry-after": "NaN" }, "", undefined],
  ["at most a day", { "retry-after": "1763690400" }, "", 86_400],
  ["at most a day, from a date", { "retry-after": "Thu, 01 Jan 2099 00:00:00 GMT" }, "", 86_400],
];

describe("upstreamRetryAfter", () => {
  it.each([...rows])("reads %s", (_name, headers, body, seconds) => {
    expect(upstreamRetryAfter(headers, body, now)).toBe(seconds);
  });
});
