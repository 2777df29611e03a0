import * as z from "zod";
import { durationSeconds } from "./domain/effective-policy.ts";
import { isSafeAddress } from "./domain/safe-address.ts";

/** One setting: what it is for, and how its text becomes a value. */
export interface Setting {
  /** For people: what it does, as the README says it. */
  readonly description: string;
  /** What the text must be; completes "must be …". */
  readonly expected: string;
  /** Used when the setting is absent or empty; without one it is optional, or required by `config`. */
  readonly default?: string;
  /** Never echoed, not even in part. */
  readonly secret?: true;
  readonly schema: z.ZodType;
}

/** Comma-separated entries, blanks around them dropped. */
export const list = z.string().transform((value) =>
  value
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== ""),
);

/** "on" or "off"; the platform's own settings say "true" or "false", in any case. */
export const onOff = z
  .string()
  .toLowerCase()
  .pipe(z.enum(["on", "off", "true", "false"]))
  .transform((value) => value === "on" || value === "true");

/** A decimal number in the range, both ends included. */
export function numberIn(low: number, high: number) {
  return z
    .string()
    .regex(/^\d+(\.\d+)?$/)
    .transform(Number)
    .pipe(z.number().min(low).max(high));
}

/** A whole number in the range, both ends included. */
export function integerIn(low: number, high: number) {
  return numberIn(low, high).pipe(z.int());
}

/** Address of a service without path: scheme https, except on this machine. Yields it without a final slash. */
export const serviceUrl = z.string().transform((value, context) => {
  const url = URL.parse(value);
  if (url && isSafeAddress(url) && !url.search && !url.username) return value.replace(/\/$/, "");
  context.addIssue({ code: "custom", message: "That is no address of a service." });
  return z.NEVER;
});

/** An ISO 8601 duration of at least `low` seconds and at most ten years; yields seconds. */
export function duration(low: number) {
  return z
    .string()
    .transform(durationSeconds)
    .pipe(
      z
        .number()
        .min(low)
        .max(10 * 366 * 86_400),
    );
}

/** The same, kept as it was written. */
export function durationText(low: number) {
  return z.string().refine((text) => duration(low).safeParse(text).success);
}

/** A whole address: scheme https, except on this machine; no user, no query. */
export const httpsAddress = z.string().refine((value) => {
  const url = URL.parse(value);
  return url !== null && serviceUrl.safeParse(value).success && url.hash === "";
});

const platform = z.string().regex(/^[a-z0-9]+\/[a-z0-9_]+(\/[a-z0-9]+)?$/);

/** "cached", "all", or a list of platforms. */
export const platforms = z.union([
  z.enum(["cached", "all"]),
  list.pipe(z.array(platform).min(1).max(20)),
]);

/** "tier", "off", or requests a minute: "reads=5000,deletes=500". */
export const rates = z.union([
  z.enum(["tier", "off"]),
  z
    .string()
    .regex(/^reads=[1-9]\d{0,6},deletes=[1-9]\d{0,6}$/)
    .transform((value) => {
      const [reads = 0, deletes = 0] = [...value.matchAll(/\d+/g)].map(Number);
      return { reads, deletes };
    }),
]);
