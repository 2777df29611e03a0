import type { HistoryEntry } from "../domain/operation.ts";
import { tagEvents } from "../domain/tag-events.ts";
import type { Climb } from "./climb.ts";
import { recordResults } from "./record-results.ts";
import type { ChunkMode } from "./refresh-chunk.ts";
import type { Site } from "./refresh-site.ts";
import { isChanged, writeRecords } from "./write-records.ts";

/** Lines of history a transaction takes. */
const lines = 100;

/**
 * Writes what became of a chunk. The history and the results go first and the records last: what is
 * killed in between is done again, so that a line may come twice, and nobody waits for a result for good.
 */
export async function recordChunk(
  site: Site,
  climbs: readonly Climb[],
  mode: ChunkMode,
): Promise<void> {
  if (mode.dryRun) return recordResults(site, climbs, mode);
  const news = climbs.filter(isChanged).flatMap((climb) => eventsOf(site, climb));
  for (let at = 0; at < news.length; at += lines)
    await site.ports.history.append(site.registry, news.slice(at, at + lines));
  await recordResults(site, climbs, mode);
  await writeRecords(site, climbs);
}

function eventsOf(
  { rule, host, path }: Site,
  { facts: { record, listed }, next, proof }: Climb,
): readonly HistoryEntry[] {
  if (!next) return [];
  // What is seen for the first time, and equal, was not moved by anybody.
  const same = listed?.digest === next.cached;
  const before = same ? (record ?? { cached: listed?.digest }).cached : listed?.digest;
  return tagEvents(record, next, {
    rule: rule.name,
    source: `${host}/${path}`,
    from: record?.step?.from ?? before,
    platforms: proof?.platforms ?? [],
  });
}
