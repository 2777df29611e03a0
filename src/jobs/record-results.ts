import { recount } from "../domain/recount.ts";
import type { RefreshProgress, RefreshResult } from "../domain/refresh.ts";
import type { TagRecord, TagStatus } from "../domain/tag.ts";
import type { Climb } from "./climb.ts";
import { endRefresh } from "./end-refresh.ts";
import type { ChunkMode } from "./refresh-chunk.ts";
import type { Site } from "./refresh-site.ts";

/** Results a transaction takes. */
const rows = 90;

/**
 * Tells the refreshes on demand what became of their tags: the one at work now all it looked at, those
 * that waited for a step its end. A tag still under way counts as refreshing.
 */
export async function recordResults(
  site: Site,
  climbs: readonly Climb[],
  mode: ChunkMode,
): Promise<void> {
  const ids = new Set(climbs.flatMap(({ facts }) => facts.record?.refreshes ?? []));
  if (mode.refresh !== undefined) ids.add(mode.refresh);
  for (const id of ids) {
    const results = climbs.flatMap((climb) => resultFor(site, climb, id, mode));
    await addResults(site, id, results, {});
  }
}

/** Adds results of one repository, replacing those the same tags had, and what else changed of its progress. */
export async function addResults(
  { ports, repository }: Pick<Site, "ports" | "repository">,
  id: string,
  results: readonly RefreshResult[],
  change: Partial<RefreshProgress>,
): Promise<void> {
  const now = ports.ambient.now();
  let progress: RefreshProgress | undefined = await ports.refreshes.progressOf(id, repository);
  // The refresh was deleted meanwhile: nobody waits any more.
  if (!progress) return;
  for (let at = 0; at < results.length || at === 0; at += rows) {
    const part = results.slice(at, at + rows);
    const before = await ports.refreshes.resultsOf(
      id,
      repository,
      part.map(({ tag }) => tag),
    );
    const counts = recount(progress.counts, before, part);
    progress = { ...progress, status: "running", ...change, counts, updatedAt: now };
    if (progress.passed && (counts.refreshing ?? 0) === 0)
      progress = { ...progress, status: "done" };
    await ports.refreshes.record(id, progress, part);
  }
  if (progress.status === "done") await endRefresh(ports, id);
}

function resultFor(
  site: Site,
  climb: Climb,
  id: string,
  mode: ChunkMode,
): readonly RefreshResult[] {
  const { facts, plan, next, seen, proof, tag } = climb;
  const current = mode.refresh === id;
  if (!current && !facts.record?.refreshes.includes(id)) return [];
  if (!next && !facts.record && plan.step === "forget") return [];
  const dry = mode.dryRun && current;
  const shown = dry ? seen : (next ?? seen);
  const { cached, upstream } = shown;
  const common = {
    repository: site.repository,
    tag,
    cached,
    upstream,
    at: site.ports.ambient.now(),
  };
  if (dry) return [{ ...common, ...wouldBe(climb) }];
  const [status, reason] = statusOf(climb, shown, id);
  return [{ ...common, status, reason, proof }];
}

function statusOf(
  { plan, next, facts }: Climb,
  shown: TagRecord,
  id: string,
): readonly [TagStatus, string] {
  // Could not be asked: what the record says is what was known before.
  if (plan.step === "leave" && !facts.record?.step) return ["unknown", plan.reason];
  if (!next) return ["gone", plan.reason];
  if (next.refreshes.includes(id)) return ["refreshing", shown.reason];
  return [shown.status, shown.reason];
}

/** What a dry run says. */
function wouldBe({ plan, facts }: Climb): Pick<RefreshResult, "status" | "reason" | "wouldDo"> {
  const { reason } = plan;
  switch (plan.step) {
    case "none":
      return { status: plan.status, reason, wouldDo: "nothing" };
    case "leave":
      return { status: facts.record?.step ? "refreshing" : "unknown", reason, wouldDo: "nothing" };
    case "forget":
      return { status: "gone", reason, wouldDo: "forget" };
    case "prove":
      return { status: "fresh", reason, wouldDo: "prove" };
    case "touch":
    case "purge":
    case "restore":
      return { status: "stale", reason, wouldDo: plan.step };
  }
}
