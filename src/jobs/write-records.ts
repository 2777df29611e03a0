import { recount } from "../domain/recount.ts";
import type { RepositoryState, Superseded } from "../domain/tag.ts";
import { sameRecord } from "../domain/tag-record.ts";
import type { Climb } from "./climb.ts";
import type { Site } from "./refresh-site.ts";

/** Rows a transaction takes beside the state. */
const rows = 98;

/** Whether there is anything to write of a tag. */
export function isChanged({ stored, next }: Climb): boolean {
  if (next === stored) return false;
  return next ? !sameRecord(stored, next) : stored !== undefined;
}

/** Writes changed records only, in batches with the repository's state, which counts them. */
export async function writeRecords(site: Site, climbs: readonly Climb[]): Promise<void> {
  for (const part of batches(climbs.filter(isChanged))) {
    const counts = countsWith(site.desk.state().counts, part);
    await site.desk.write(
      { counts, ...followUp(site, part) },
      {
        put: part.flatMap(({ next }) => next ?? []),
        remove: part.flatMap(({ tag, stored, next }) => (stored && !next ? tag : [])),
        superseded: part.flatMap(supersededBy),
      },
    );
    for (const climb of part) climb.stored = climb.next;
  }
}

/** As many together as fit: a tag takes a row, and another one for what it superseded. */
function batches(climbs: readonly Climb[]): readonly (readonly Climb[])[] {
  const parts: Climb[][] = [];
  let left = 0;
  for (const climb of climbs) {
    const needed = 1 + supersededBy(climb).length;
    if (left < needed) {
      parts.push([]);
      left = rows;
    }
    parts.at(-1)?.push(climb);
    left -= needed;
  }
  return parts;
}

/** The counts once these records have taken the place of what was there; a status nobody has is left out. */
function countsWith(counts: RepositoryState["counts"], climbs: readonly Climb[]) {
  const before = climbs.flatMap(({ stored }) => stored ?? []);
  const after = climbs.flatMap(({ next }) => next ?? []);
  const all = Object.entries(recount(counts, before, after));
  return Object.fromEntries(all.filter(([, count]) => count > 0));
}

/** The repository's next look, when one of these comes sooner. */
function followUp({ desk }: Site, climbs: readonly Climb[]) {
  const { followUpAt } = desk.state();
  const times = climbs.flatMap(({ next }) => next?.dueAt ?? []);
  if (followUpAt !== undefined) times.push(followUpAt);
  const [first] = times.sort();
  return first === undefined ? {} : { followUpAt: first };
}

/** What a proved refresh of Larder's own left without its tag. */
function supersededBy({ tag, facts, next, proof, seen }: Climb): readonly Superseded[] {
  const { record, listed } = facts;
  const from = record?.step?.from ?? listed?.digest;
  if (!proof || !next || from === undefined || from === proof.digest) return [];
  return [{ digest: from, tag, since: seen.checkedAt }];
}
