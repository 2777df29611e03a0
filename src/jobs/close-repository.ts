import type { RepositoryState } from "../domain/tag.ts";
import { plusSeconds, secondsBetween, type Timestamp } from "../domain/time.ts";
import type { Trouble } from "./ask-heads.ts";
import type { RepositoryMessage } from "./open-site.ts";
import type { Site } from "./refresh-site.ts";

/** The most a message can be delayed, seconds. */
const longestDelay = 604_800;

/** How a message ends. */
export interface End {
  readonly before: Timestamp | undefined;
  readonly trouble: Trouble | undefined;
  readonly unfinished: boolean;
  /** Whether tags whose time has come were looked at. */
  readonly looked: boolean;
  /** What the pass changes in the state. */
  readonly change: Partial<RepositoryState>;
}

/** Gives the repository back, and sends the message that goes on where this one stops. */
export async function closeRepository(
  site: Site,
  message: RepositoryMessage,
  { before, trouble, unfinished, looked, change }: End,
): Promise<string> {
  const { ports, desk } = site;
  const now = ports.ambient.now();
  const state = desk.state();
  const earliest = await nextLook(site, state.followUpAt, now, looked);
  const followUpAt = trouble && (earliest ?? "") < trouble.until ? trouble.until : earliest;
  const since = state.trouble?.since ?? now;
  await desk.write({
    ...change,
    lease: undefined,
    followUpAt,
    trouble: trouble && { ...trouble, since },
  });
  const { kind, registry, repository } = message;
  const scheduled = { kind, registry, repository };
  if (unfinished && !trouble) await ports.refreshOutbox.send(message, 0);
  else if (followUpAt !== undefined && followUpAt !== before) {
    const delay = Math.min(Math.max(1, secondsBetween(now, followUpAt)), longestDelay);
    await ports.refreshOutbox.send(scheduled, delay);
  }
  const counts = Object.entries(state.counts).flatMap(([status, count]) =>
    count > 0 ? `${count} ${status}` : [],
  );
  const rest = trouble ? `, waiting until ${trouble.until}: ${trouble.message}` : "";
  return `${counts.join(", ") || "no tags"}${unfinished ? ", to be continued" : ""}${rest}`;
}

/** The earliest look that any tag waits for. */
async function nextLook(
  { ports, registry, repository }: Site,
  known: Timestamp | undefined,
  now: Timestamp,
  looked: boolean,
): Promise<Timestamp | undefined> {
  if (known === undefined || known > now) return known;
  const waiting = await ports.tags.due(registry, repository, "9999-12-31T23:59:59.999Z", 1000);
  const times = waiting.flatMap(({ dueAt }) => dueAt ?? []).sort();
  const [first] = times;
  if (first === undefined || first > now) return first;
  // What stays due was looked at just now: not again at once.
  return plusSeconds(now, looked ? 60 : 1);
}
