import type { RepositoryState, TagRecord } from "../domain/tag.ts";
import { plusSeconds, secondsBetween, type Timestamp } from "../domain/time.ts";
import type { Trouble } from "./ask-heads.ts";
import type { RepositoryMessage } from "./open-site.ts";
import type { Site } from "./refresh-site.ts";
import { isAway, mostWaiting, waitingRecords } from "./waiting-records.ts";

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
  const followUpAt = await nextLook(site, now, trouble, looked);
  const since = state.trouble?.since ?? now;
  await desk.write({
    ...change,
    lease: undefined,
    followUpAt,
    trouble: trouble && { ...trouble, since },
  });
  const { kind, registry, repository } = message;
  const scheduled = { kind, registry, repository };
  if (unfinished)
    await ports.refreshOutbox.send(message, trouble ? delayTo(now, trouble.until) : 0);
  // One that is due already goes between the messages of a long pass.
  if (followUpAt !== undefined && (followUpAt !== before || followUpAt <= now))
    await ports.refreshOutbox.send(scheduled, delayTo(now, followUpAt));
  const counts = Object.entries(state.counts).flatMap(([status, count]) =>
    count > 0 ? `${count} ${status}` : [],
  );
  const rest = trouble ? `, waiting until ${trouble.until}: ${trouble.message}` : "";
  return `${counts.join(", ") || "no tags"}${unfinished ? ", to be continued" : ""}${rest}`;
}

function delayTo(now: Timestamp, at: Timestamp): number {
  return Math.min(Math.max(1, secondsBetween(now, at)), longestDelay);
}

/** The earliest look that any tag waits for; trouble puts off all but those that are away. */
async function nextLook(
  { ports, registry, repository, desk }: Site,
  now: Timestamp,
  trouble: Trouble | undefined,
  looked: boolean,
): Promise<Timestamp | undefined> {
  const known = desk.state().followUpAt;
  if (!trouble && (known === undefined || known > now)) return known;
  const waiting = await waitingRecords(ports, registry, repository);
  // What stays due was looked at just now: not again at once.
  const soonest = (records: readonly TagRecord[], again: number) => {
    const [first] = records.flatMap(({ dueAt }) => dueAt ?? []).sort();
    return first === undefined || first > now ? first : plusSeconds(now, looked ? again : 0);
  };
  const any = soonest(waiting, 60);
  const beyond = waiting.length >= mostWaiting ? plusSeconds(now, 60) : undefined;
  const later = trouble && (any ?? "") < trouble.until ? trouble.until : any;
  return [later, beyond, soonest(waiting.filter(isAway), 5)]
    .filter((at) => at !== undefined)
    .sort()[0];
}
