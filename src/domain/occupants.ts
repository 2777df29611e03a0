import { type CacheRule, type LiveRule, type Mapping, sameName } from "./cache-rule.ts";

/** A rule that takes up a name, a target and one of the 1,000 places, be it recorded, live or both. */
export interface Occupant extends Mapping {
  readonly name: string;
  readonly owner?: string | undefined;
}

/** Rejected records take up nothing; failed and unmanaged ones only what ARM shows of them. */
function occupies({ status }: CacheRule): boolean {
  return status !== "failed" && status !== "rejected" && status !== "unmanaged";
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
  for (const rule of live) {
    const owner = records.find(({ name }) => sameName(name, rule.name))?.owner;
    if (!held.has(key(rule))) held.set(key(rule), { ...rule, owner });
  }
  return [...held.values()];
}

function key({ name, target }: Occupant): string {
  return `${name.toLowerCase()} ${target}`;
}

/** How many different rules of a list belong to an owner, however the name is spelt in case; 0 for nobody. */
export function countOwned(list: readonly Occupant[], owner: string | undefined): number {
  if (owner === undefined) return 0;
  const owned = list.filter((one) => one.owner?.toLowerCase() === owner.toLowerCase());
  return new Set(owned.map(({ name }) => name.toLowerCase())).size;
}
