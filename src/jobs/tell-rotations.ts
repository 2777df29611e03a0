import { announcementNames } from "../domain/announcement.ts";
import { LarderError } from "../domain/errors.ts";
import type { HistoryEntry } from "../domain/operation.ts";
import type { Ports } from "../domain/ports.ts";
import type { RotationRecord } from "../domain/rotation.ts";
import { plusSeconds, type Timestamp } from "../domain/time.ts";
import { orProblem } from "./or-problem.ts";
import type { RotationDesk } from "./rotation-desk.ts";

/** Announcements kept for a topic that does not answer. */
const kept = 50;
/** Lines of history written at once. */
const atOnce = 100;

/** What could not be told is told again after this, seconds. */
const tellAgain = 900;

/** Whether there is something that may be told now. */
export function hasToTell(
  { unsaid, unpublished, tellAfter = "" }: RotationRecord,
  now: Timestamp,
): boolean {
  return unsaid.length > 0 || (unpublished.length > 0 && tellAfter <= now);
}

/**
 * Tells what the record holds and nobody was told: into the history, then to log and topic. What fails stays in the record and is
 * told by a later run, at most every quarter of an hour; what was told may be told once more after a crash.
 * Answers whether something new could not be told.
 */
export async function tellRotations(
  ports: Pick<Ports, "ambient" | "history" | "announcer">,
  desk: RotationDesk,
): Promise<boolean> {
  const { unsaid, registry } = desk.record();
  if (unsaid.length > 0) {
    const lines = unsaid.map((one) => historyLine(desk.record(), one));
    for (let from = 0; from < lines.length; from += atOnce)
      await ports.history.append(registry, lines.slice(from, from + atOnce));
    const unpublished = [...desk.record().unpublished, ...unsaid].slice(-kept);
    await desk.write({ unsaid: [], unpublished });
  }
  const fresh = new Set(unsaid.map(({ id }) => id));
  const { unpublished, tellAfter = "" } = desk.record();
  const now = ports.ambient.now();
  const waits = tellAfter > now;
  // What is new is told at once even then: the log hears it in any case.
  const telling = waits ? unpublished.filter(({ id }) => fresh.has(id)) : unpublished;
  if (telling.length === 0) return false;
  const told = await orProblem(ports.announcer.announce(telling));
  if (told instanceof LarderError) {
    if (!waits) await desk.write({ tellAfter: plusSeconds(now, tellAgain) });
    return fresh.size > 0;
  }
  const left = unpublished.filter((one) => !telling.includes(one));
  await desk.write({ unpublished: left, tellAfter: left.length > 0 ? tellAfter : undefined });
  return false;
}

function historyLine(
  { registry, name }: RotationRecord,
  { at, name: event, message, by = "larder" }: RotationRecord["unsaid"][number],
): HistoryEntry {
  return { at, registry, resource: name, event: uncapitalized(event), by, message };
}

function uncapitalized<T extends keyof typeof announcementNames>(name: T): Uncapitalize<T> {
  return (name.charAt(0).toLowerCase() + name.slice(1)) as Uncapitalize<T>;
}
