import * as z from "zod";
import { type CacheRule, ruleStatuses } from "../domain/cache-rule.ts";
import { type RefreshPolicy, weekdays } from "../domain/refresh-policy.ts";
import { decodeRow, encodeRow } from "./row.ts";

const optional = z.string().optional();

const refreshPolicy: z.ZodType<RefreshPolicy> = z.looseObject({
  tags: z.array(z.string()),
  exclude: z.array(z.string()).optional(),
  every: optional,
  window: z
    .looseObject({
      days: z.array(z.enum(weekdays)).optional(),
      from: z.string(),
      to: z.string(),
      timeZone: z.string(),
    })
    .optional(),
  minimumAge: optional,
  platforms: z.union([z.array(z.string()), z.enum(["cached", "all"])]).optional(),
  strategy: z.enum(["touch-first", "purge"]).optional(),
  keepSuperseded: optional,
  followNew: z.boolean().optional(),
});

/** Loose, so that fields a newer version wrote survive a rewrite by this one. */
const cacheRule: z.ZodType<CacheRule> = z.looseObject({
  registry: z.string(),
  name: z.string(),
  source: z.string(),
  target: z.string(),
  credentialSet: optional,
  refresh: refreshPolicy.optional(),
  owner: optional,
  reason: optional,
  expiresOn: optional,
  status: z.enum(ruleStatuses),
  failure: z
    .looseObject({ code: z.string(), message: z.string(), target: optional, remedy: z.string() })
    .optional(),
  drift: z
    .looseObject({
      kind: z.enum(["created", "changed", "deleted"]),
      message: z.string(),
      since: z.string(),
    })
    .optional(),
  notes: z.array(z.string()),
  requestedBy: z.string(),
  requestedById: optional,
  requestedAt: z.string(),
  decidedBy: optional,
  updatedAt: z.string(),
  operationId: z.string(),
  begunAt: optional,
  attempts: z.number(),
  nextAttemptAt: optional,
  images: z.enum(["keep", "delete"]).optional(),
  unsettledUntil: optional,
});

/** Columns of a rule's row. `invalid` when the rule is too large for one. */
export function encodeRule(rule: CacheRule) {
  return encodeRow(rule, { status: rule.status, owner: rule.owner ?? "" });
}

/** The rule in a row; `refused` when it cannot be read. */
export function decodeRule(row: unknown, name: string): CacheRule {
  return decodeRow(cacheRule, row, name);
}
