import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { refreshPolicy } from "../../src/http/refresh-input.ts";
import { rulePatch, ruleRequest } from "../../src/http/rule-input.ts";

/** A table's text property holds 32 Ki characters; the record adds notes, a failure and drift to what was asked. */
const limit = 30 * 1024;

/** Characters that cost most: two bytes escaped, three in UTF-8, four for two units. */
const costly = fc.constantFrom('"', "\\", "€", "\u{1f980}", "a");
/** As long as `longest` allows, for nothing shorter is the largest. */
const text = (longest: number, unit: fc.Arbitrary<string> = costly) =>
  fc
    .array(unit, { minLength: longest, maxLength: longest })
    .map((parts) => parts.join("").slice(0, longest).toWellFormed());

/** A regular expression of 128 characters that JSON makes 254; there may be no more of them than seven. */
const regex = fc
  .array(fc.constantFrom('"', "\\\\", "\\."), { minLength: 126, maxLength: 126 })
  .map((parts) => parts.join("").slice(0, 126))
  .map((body) => `/${/(?:^|[^\\])(?:\\\\)*\\$/.test(body) ? `${body.slice(0, -1)}"` : body}/`);
const patterns = fc
  .tuple(
    fc.array(regex, { minLength: 7, maxLength: 7 }),
    fc.array(text(128, fc.constantFrom("a", "*", "?")), { minLength: 43, maxLength: 43 }),
  )
  .map((parts) => parts.flat());
const digits = (count: number) => fc.constantFrom("0".repeat(count));
const window = {
  days: ["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
  from: "22:00",
  to: "06:00",
  timeZone: "America/Argentina/ComodRivadavia",
};
const refresh = fc.record({
  tags: patterns,
  exclude: patterns,
  every: digits(25).map((zeros) => `PT${zeros}59M`),
  minimumAge: digits(25).map((zeros) => `P${zeros}10Y`),
  platforms: fc.array(fc.constant(`linux/${"a".repeat(22)}/${"v".repeat(21)}`), {
    minLength: 20,
    maxLength: 20,
  }),
  window: fc.constant(window),
  strategy: fc.constant("touch-first"),
  keepSuperseded: digits(25).map((zeros) => `P${zeros}10Y`),
  followNew: fc.constant(false),
});
const settings = {
  credentialSet: text(100),
  refresh,
  owner: text(200),
  reason: text(1000),
  expiresOn: fc.constant("2027-01-31T00:00:00.00000000000000+00:00"),
};
const request = fc.record({
  name: fc.constant("a".repeat(50)),
  source: text(1000),
  target: text(1000),
  ...settings,
});

const bytes = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

describe("the largest that is taken", () => {
  it("leaves room in a table row for the rest of the record", () => {
    fc.assert(
      fc.property(request, (body) => {
        const parsed = ruleRequest.safeParse(body);

        expect(parsed.error?.issues ?? []).toEqual([]);
        expect(bytes(body)).toBeLessThan(limit);
        expect(bytes(parsed.data)).toBeLessThan(limit);
      }),
      { numRuns: 50 },
    );
  });

  it("is no larger when every character is of the costliest kind", () => {
    const costliest = Array.from({ length: 50 }, (_, at) =>
      at < 7 ? `/${'"'.repeat(126)}/` : "a".repeat(128),
    );
    const worst = {
      name: "a".repeat(50),
      source: "€".repeat(1000),
      target: "€".repeat(1000),
      credentialSet: "€".repeat(100),
      refresh: {
        tags: costliest,
        exclude: costliest,
        every: `PT${"0".repeat(25)}59M`,
        minimumAge: `P${"0".repeat(25)}10Y`,
        platforms: Array.from({ length: 20 }, () => `linux/${"a".repeat(22)}/${"v".repeat(21)}`),
        window,
        strategy: "touch-first",
        keepSuperseded: `P${"0".repeat(25)}10Y`,
        followNew: false,
      },
      owner: "€".repeat(200),
      reason: "€".repeat(1000),
      expiresOn: "2027-01-31T00:00:00.000Z",
    };

    expect(ruleRequest.safeParse(worst).success).toBe(true);
    expect(bytes(worst)).toBeGreaterThan(20_000);
    expect(bytes(worst)).toBeLessThan(limit);
  });

  const good = { tags: ["latest"], every: "PT6H" };
  const fields = {
    source: { source: "a".repeat(1001) },
    target: { target: "a".repeat(1001) },
    credentialSet: { credentialSet: "a".repeat(101) },
    owner: { owner: "a".repeat(201) },
    reason: { reason: "a".repeat(1001) },
    "a tag": { refresh: { ...good, tags: ["a".repeat(129)] } },
    tags: { refresh: { ...good, tags: Array.from({ length: 51 }, () => "latest") } },
    "regular expressions": {
      refresh: { ...good, tags: Array.from({ length: 8 }, () => `/${"a".repeat(126)}/`) },
    },
    exclude: { refresh: { ...good, exclude: Array.from({ length: 51 }, () => "latest") } },
    every: { refresh: { ...good, every: `PT${"0".repeat(28)}6H` } },
    platforms: { refresh: { ...good, platforms: Array.from({ length: 21 }, () => "linux/arm") } },
    "a platform": { refresh: { ...good, platforms: [`linux/${"a".repeat(45)}`] } },
  };

  it.each(Object.entries(fields))("is exceeded by one more: %s", (_name, more) => {
    const asked = { source: "quay.io/a/b", ...more };

    expect(ruleRequest.safeParse(asked).success).toBe(false);
    expect(rulePatch.safeParse(more).success).toBe(false);
  });

  it.each(["P10Y", "P120M", "P3660D", "P522W", "PT87840H", "P9Y11M29DT23H59M59.9S", "PT60,5S"])(
    "takes the duration %s",
    (every) => {
      expect(refreshPolicy.safeParse({ ...good, every }).success).toBe(true);
    },
  );
});
