import * as z from "zod";
import type { Budget } from "../domain/budget.ts";
import { isReason } from "../domain/errors.ts";
import { decodeRow, encodeRow } from "./row.ts";

const optional = z.string().optional();
/** Reckoned with, so it must be one. */
const instant = z.iso.datetime();
const count = z.number().nonnegative();

const reading = z.discriminatedUnion("kind", [
  z.looseObject({ kind: z.literal("unlimited"), account: optional }),
  z.looseObject({ kind: z.literal("unknown"), account: optional }),
  z.looseObject({
    kind: z.literal("limited"),
    limit: z.number(),
    remaining: z.number(),
    windowSeconds: z.number(),
    account: optional,
  }),
]);

const budget: z.ZodType<Budget> = z.discriminatedUnion("kind", [
  z.looseObject({
    kind: z.literal("pulls"),
    reading: reading.optional(),
    readAt: instant.optional(),
    spent: count,
    spentAt: instant.optional(),
    holds: z.array(z.looseObject({ id: z.string(), pulls: count, until: instant })),
  }),
  z.looseObject({
    kind: z.literal("breaker"),
    failures: count,
    until: optional,
    message: optional,
    away: z.looseObject({ repository: z.string(), tag: z.string() }).optional(),
    provenAt: optional,
    claimedUntil: optional,
  }),
  z.looseObject({
    kind: z.literal("requests"),
    startedAt: instant,
    reads: count,
    deletes: count,
    earlier: z.array(z.looseObject({ until: z.string(), reads: count, deletes: count })).optional(),
    notBefore: optional,
  }),
]);

export const encodeBudget = (value: Budget) => encodeRow(value);

/**
 * undefined for a row that cannot be read, as if there were none: what it held is learnt again from
 * the next answers, whereas a worker that stopped at it would stop for good.
 */
export function decodeBudget(row: unknown, key: string): Budget | undefined {
  try {
    return decodeRow(budget, row, key);
  } catch (error) {
    if (isReason(error, "refused")) return undefined;
    throw error;
  }
}
