import type { Refresh } from "../domain/refresh.ts";
import type { Pass, RepositoryState } from "../domain/tag.ts";
import { plusSeconds, type Timestamp } from "../domain/time.ts";
import { newPass, passOverTags, type Standing } from "./pass-over-tags.ts";
import { readListing } from "./read-listing.ts";
import { addResults } from "./record-results.ts";
import type { Site } from "./refresh-site.ts";

/** Seconds that a refresh on demand waits for an upstream or a registry that does not answer. */
const patience = 600;

/** A pass, or the part of it that one message made, and what that changes in the repository's state. */
export interface PassPart extends Standing {
  readonly change: Partial<RepositoryState>;
}

/** Goes on with the pass of a refresh on demand; undefined when it is over already. */
export async function askedPass(
  site: Site,
  { operation: { id, createdAt }, request: { dryRun } }: Refresh,
  deadline: Timestamp,
): Promise<PassPart | undefined> {
  const { ports, repository } = site;
  const progress = await ports.refreshes.progressOf(id, repository);
  if (!progress || progress.passed) return undefined;
  const begun = progress.pass ?? newPass(ports.ambient.now());
  const keep = (kept: Pass) => addResults(site, id, [], { pass: kept });
  // It waits out short trouble; after that it tells of each tag that it could not be asked for.
  const insist = plusSeconds(createdAt, patience) <= ports.ambient.now();
  const mode = { refresh: id, dryRun, insist, keep };
  const standing = await passOverTags(site, begun, mode, deadline);
  if (standing.pass) return { ...standing, change: {} };
  if (!dryRun && needsListing(site)) await readListing(site);
  // A dry run waits for no step that somebody else's refresh is on.
  const ended = dryRun ? { status: "done" as const } : {};
  await addResults(site, id, [], { pass: undefined, passed: true, ...ended });
  return { ...standing, change: {} };
}

/** Goes on with the scheduled pass, or begins one that is due; undefined when none is. */
export async function scheduledPass(
  site: Site,
  deadline: Timestamp,
): Promise<PassPart | undefined> {
  const { ports, desk, policy, rule } = site;
  const now = ports.ambient.now();
  const { pass: open, checkedAt, policy: before } = desk.state();
  const due =
    checkedAt === undefined ||
    before !== policy.text ||
    plusSeconds(checkedAt, policy.everySeconds) <= now;
  if (!open && !due) return undefined;
  const keep = (kept: Pass) => desk.write({ pass: kept });
  const begun = open ?? newPass(now);
  const standing = await passOverTags(
    site,
    begun,
    { dryRun: false, insist: false, keep },
    deadline,
  );
  if (standing.pass) return { ...standing, change: { pass: standing.pass } };
  if (needsListing(site)) await readListing(site);
  const done = { pass: undefined, trouble: undefined, queuedAt: undefined };
  const change = { ...done, checkedAt: begun.startedAt, policy: policy.text, rule: rule.name };
  return { ...standing, change };
}

/** Whether something waits for the list of tags to be known as complete. */
function needsListing({ listed, desk }: Site): boolean {
  const { counts } = desk.state();
  return listed !== undefined && (counts.deferred ?? 0) + (counts.refreshing ?? 0) > 0;
}
