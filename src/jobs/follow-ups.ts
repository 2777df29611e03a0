import { LarderError } from "../domain/errors.ts";
import type { TagRecord } from "../domain/tag.ts";
import type { Timestamp } from "../domain/time.ts";
import type { Trouble } from "./ask-heads.ts";
import { orProblem } from "./or-problem.ts";
import type { ChunkTag } from "./refresh-chunk.ts";
import type { Site } from "./refresh-site.ts";
import { registryTrouble } from "./registry-trouble.ts";
import { isAway, mostWaiting } from "./waiting-records.ts";
import { workChunk } from "./work-chunk.ts";

/** Tags looked at again in one go. */
const atOnce = 90;

/** How looking again ended: `more` when the time was up before all were seen. */
export interface FollowUps {
  readonly trouble?: Trouble | undefined;
  readonly more?: true;
}

/**
 * Looks at tags whose time has come, wherever they are in the list, each once; those that are away go
 * first, and are seen to whatever trouble there is. `only`: no others, as in the course of a refresh
 * on demand, whose patterns are not the rule's.
 */
export async function followUps(
  site: Site,
  deadline: Timestamp,
  only: "all" | "away",
): Promise<FollowUps> {
  const { ports, registry, repository, desk } = site;
  const { followUpAt } = desk.state();
  const start = ports.ambient.now();
  if (followUpAt === undefined || followUpAt > start) return {};
  const due = await ports.tags.due(registry, repository, start, mostWaiting);
  const away = due.filter(isAway);
  const wanted = only === "away" ? away : [...away, ...due.filter((one) => !isAway(one))];
  let trouble: Trouble | undefined;
  for (let at = 0; at < wanted.length; at += atOnce) {
    const batch = wanted.slice(at, at + atOnce);
    if (trouble && !batch.some(isAway)) return { trouble };
    if (at > 0 && ports.ambient.now() >= deadline) return { more: true, trouble };
    const outcome = await lookAgain(site, batch, only);
    trouble ??= outcome.trouble;
  }
  return { trouble };
}

async function lookAgain(
  site: Site,
  records: readonly TagRecord[],
  only: "all" | "away",
): Promise<{ readonly trouble?: Trouble | undefined }> {
  const { ports, registry, repository } = site;
  const found = await orProblem(
    Promise.all(
      records.map(async (record): Promise<ChunkTag> => {
        const listed = await ports.cache.tag(registry, repository, record.tag);
        return { tag: record.tag, listed, record };
      }),
    ),
  );
  if (found instanceof LarderError) {
    if (found.reason !== "unavailable") throw found;
    return { trouble: await registryTrouble(site, found) };
  }
  const chunk = only === "all" ? found : found.filter(({ listed }) => !listed);
  return workChunk(site, chunk, { dryRun: false });
}
