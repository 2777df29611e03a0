import type { HistoryEntry, HistoryEvent } from "./operation.ts";
import type { Digest, TagRecord } from "./tag.ts";

interface Surroundings {
  /** Name of the rule. */
  readonly rule: string;
  /** "docker.io/library/nginx". */
  readonly source: string;
  /** What the tag was before, as far as is known. */
  readonly from: Digest | undefined;
  /** Platforms that were proved. */
  readonly platforms: readonly string[];
}

/** Lines for the history: what is worth knowing of the change from one record to the next. */
export function tagEvents(
  before: TagRecord | undefined,
  after: TagRecord,
  { rule, source, from, platforms }: Surroundings,
): readonly HistoryEntry[] {
  const name = `${after.repository}:${after.tag}`;
  const line = (event: HistoryEvent, message: string): HistoryEntry => ({
    at: after.checkedAt,
    registry: after.registry,
    resource: rule,
    event,
    by: "larder",
    message,
  });
  const lines: HistoryEntry[] = [];
  const early =
    after.adoptedEarly !== undefined && after.adoptedEarly.digest !== before?.adoptedEarly?.digest;
  const climbed = !early && after.status === "fresh" && after.lastGood?.at === after.checkedAt;
  if (climbed && from !== after.cached) {
    const with_ = platforms.length > 0 ? `, with ${platforms.join(", ")}` : "";
    lines.push(
      line(
        "refreshed",
        `${name} from ${source}: ${from ?? "not cached"} → ${after.cached}${with_}.`,
      ),
    );
  }
  if (early)
    lines.push(
      line(
        "adoptedEarly",
        `${name}: ACR itself took ${after.cached} on somebody's pull, before its cool-off was over. Larder did not move it.`,
      ),
    );
  if (after.status === "gone" && before?.status !== "gone")
    lines.push(line("gone", `${name}: ${after.reason}`));
  const failed = after.status === "unverified" && before?.status !== "unverified";
  if (failed) lines.push(line("refreshFailed", `${name}: ${after.reason}`));
  return lines;
}
