import type { IncomingHttpHeaders } from "node:http";
import { describe, expect, it } from "vitest";
import type { RateReading } from "../../src/domain/budget.ts";
import { rateReading } from "../../src/oci/rate-reading.ts";

const uuid = "3f1c6a2e-5b7d-4c0e-9a51-0d8f2b7c1e44";
const headers = (limit?: string, remaining?: string, source?: string): IncomingHttpHeaders => ({
  ...(limit !== undefined && { "ratelimit-limit": limit }),
  ...(remaining !== undefined && { "ratelimit-remaining": remaining }),
  ...(source !== undefined && { "docker-ratelimit-source": source }),
});
const limited = (limit: number, remaining: number, windowSeconds = 21_600): RateReading => ({
  kind: "limited",
  limit,
  remaining,
  windowSeconds,
});

type Row = readonly [name: string, given: IncomingHttpHeaders, read: RateReading];
const rows: readonly Row[] = [
  ["a Personal account", headers("200;w=21600", "187;w=21600"), limited(200, 187)],
  ["an address", headers("100;w=21600", "0;w=21600"), limited(100, 0)],
  ["a remainder without its window", headers("100;w=21600", "76"), limited(100, 76)],
  ["another window", headers("10;w=3600", "9;w=3600"), limited(10, 9, 3600)],
  ["blanks", headers(" 100 ; w=21600", " 99 ; w=21600 "), limited(100, 99)],
  ["no headers", {}, { kind: "unlimited" }],
  [
    "a paid account (roadmap#701)",
    headers(undefined, undefined, uuid),
    { kind: "unlimited", account: uuid },
  ],
  [
    "the account beside the numbers",
    headers("200;w=21600", "1;w=21600", uuid),
    { ...limited(200, 1), account: uuid },
  ],
  [
    "an IPv6 address",
    headers("100;w=21600", "1;w=21600", "2001:db8:1:2::"),
    { ...limited(100, 1), account: "2001:db8:1:2::" },
  ],
  ["a source that is no name", headers(undefined, undefined, "a/b?c"), { kind: "unlimited" }],
  ["nothing but windows (hub-feedback#2081)", headers(";w=21600", ";w=21600"), { kind: "unknown" }],
  [
    "nothing but windows, of an account",
    headers(";w=21600", ";w=21600", uuid),
    { kind: "unknown", account: uuid },
  ],
  ["a limit alone", headers("100;w=21600"), { kind: "unknown" }],
  ["a remainder alone", headers(undefined, "0;w=21600"), { kind: "unknown" }],
  ["no window", headers("100", "50"), { kind: "unknown" }],
  ["a window of nothing", headers("100;w=0", "50;w=0"), { kind: "unknown" }],
  ["empty values", headers("", ""), { kind: "unknown" }],
  ["two headers in one", headers("100;w=21600, 5;w=60", "99;w=21600"), { kind: "unknown" }],
  ["a negative number", headers("100;w=21600", "-1;w=21600"), { kind: "unknown" }],
  ["a fraction", headers("100;w=21600", "1.5;w=21600"), { kind: "unknown" }],
  ["a number past all measure", headers("9".repeat(400), "1"), { kind: "unknown" }],
];

describe("rateReading", () => {
  it.each(rows.map(([name, given, read]) => ({ name, given, read })))(
    "of $name is $read.kind",
    ({ given, read }) => {
      expect(rateReading(given)).toEqual(read);
    },
  );
});
