import { announcementNames } from "../domain/announcement.ts";
import { LarderError } from "../domain/errors.ts";
import type { HistoryEntry } from "../domain/operation.ts";
import type { Ports } from "../domain/ports.ts";
import type { RotationRecord } from "../domain/rotation.ts";
import { orProblem } from "./or-problem.ts";
import type { RotationDesk } from "./rotation-desk.ts";

/** Announcements kept for a topic that does not answer. */
const kept = 50;
/** Lines of history written at once. */
const atOnce = 100;

/**
 * Tells what the record holds and nobody was told: into the history, then to log and topic. What fails stays in the record and is
 * told by a later run; what was told may be told once more after a crash.
 */
export async function tellRotations(
  ports: Pick<Ports, "history" | "announcer">,
  desk: RotationDesk,
): Promise<void> {
  const { unsaid, registry } = desk.record();
  if (unsaid.length > 0) {
    const lines = unsaid.map((one) => historyLine(desk.record(), one));
    for (let from = 0; from < lines.length; from += atOnce)
      await ports.history.append(registry, lines.slice(from, from + atOnce));
    const unpublished = [...desk.record().unpublished, ...unsaid].slice(-kept);
    await desk.write({ unsaid: [], unpublished });
  }
  const { unpublished } = desk.record();
  if (unpublished.length === 0) return;
  const told = await orProblem(ports.announcer.announce(unpublished));
  if (!(told instanceof LarderError)) await desk.write({ unpublished: [] });
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
