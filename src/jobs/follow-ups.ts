import type { TagRecord } from "../domain/tag.ts";
import type { Timestamp } from "../domain/time.ts";
import type { Trouble } from "./ask-heads.ts";
import type { ChunkTag } from "./refresh-chunk.ts";
import type { Site } from "./refresh-site.ts";
import { workChunk } from "./work-chunk.ts";

/** Tags looked at again in one go. */
const atOnce = 90;

/** How looking again ended: `more` when the time was up before all were seen. */
export interface FollowUps {
  readonly trouble?: Trouble | undefined;
  readonly more?: true;
}

/** Looks at tags whose time has come, wherever they are in the list, each once; at least one batch of them. */
export async function followUps(site: Site, deadline: Timestamp): Promise<FollowUps> {
  const { ports, registry, repository, desk } = site;
  const done = new Set<string>();
  for (;;) {
    const now = ports.ambient.now();
    const { followUpAt } = desk.state();
    if (followUpAt === undefined || followUpAt > now) return {};
    const due = await ports.tags.due(registry, repository, now, atOnce + done.size);
    const records = due.filter(({ tag }) => !done.has(tag)).slice(0, atOnce);
    if (records.length === 0) return {};
    if (done.size > 0 && now >= deadline) return { more: true };
    for (const { tag } of records) done.add(tag);
    const { trouble } = await lookAgain(site, records);
    if (trouble) return { trouble };
  }
}

async function lookAgain(site: Site, records: readonly TagRecord[]) {
  const { ports, registry, repository } = site;
  const chunk = await Promise.all(
    records.map(async (record): Promise<ChunkTag> => {
      const listed = await ports.cache.tag(registry, repository, record.tag);
      return { tag: record.tag, listed, record };
    }),
  );
  return workChunk(site, chunk, { dryRun: false });
}
