import type { CacheRule, LiveRule, Mapping } from "./cache-rule.ts";

/** A rule that takes up a name, a target and one of the 1,000 places, be it recorded, live or both. */
export interface Occupant extends Mapping {
  readonly name: string;
  readonly owner?: string | undefined;
}

/** Failed and rejected records take up nothing: ARM never got them. */
function occupies({ status }: CacheRule): boolean {
  return status !== "failed" && status !== "rejected";
}

/**
 * Records and live rules as one list. A live rule whose mapping differs from its record's
 * (somebody made it anew outside) appears beside the record: both targets are taken.
 */
export function occupants(
  records: readonly CacheRule[],
  live: readonly LiveRule[],
): readonly Occupant[] {
  const held = new Map<string, Occupant>();
  for (const rule of records.filter(occupies)) held.set(key(rule), rule);
  for (const rule of live) if (!held.has(key(rule))) held.set(key(rule), rule);
  return [...held.values()];
}

function key({ name, target }: Occupant): string {
  return `${name.toLowerCase()} ${target}`;
}
