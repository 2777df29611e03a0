import type { Announcement } from "../domain/announcement.ts";
import { LarderError } from "../domain/errors.ts";
import { daysLeft } from "../domain/judge-live-token.ts";
import type { HistoryEntry } from "../domain/operation.ts";
import type { Ports, Stored } from "../domain/ports.ts";
import { rotationWorkQueue } from "../domain/queue-names.ts";
import type { RotationRecord } from "../domain/rotation.ts";
import { overdueOf } from "../domain/rotation-overdue.ts";
import type { Timestamp } from "../domain/time.ts";
import { orProblem } from "./or-problem.ts";

export type OverduePorts = Pick<Ports, "ambient" | "announcer" | "history" | "rotationSettings">;

export interface Sweep {
  /** When it began. */
  readonly now: Timestamp;
  /** When the one before began. */
  readonly last: Timestamp | undefined;
}

/**
 * An error for each set that no worker gets through with, and for what could not be told of it. Each is an alarm (`RotationOverdue`) once
 * a day: a worker tells what it meets, but not that it meets its own end.
 */
export async function findOverdue(
  ports: OverduePorts,
  registry: string,
  records: readonly Stored<RotationRecord>[],
  { now, last }: Sweep,
): Promise<readonly Error[]> {
  const everySeconds = ports.rotationSettings.sweepEverySeconds;
  const troubles: Error[] = [];
  const told: Announcement[] = [];
  for (const { value } of records) {
    const overdue = overdueOf(value, { now, last, everySeconds });
    if (!overdue) continue;
    const { name: credentialSet, live } = value;
    const message = `Nobody has got through with what is to be done for it since ${overdue.since}. The log of the function rotationWork says why; the message may lie in the queue ${rotationWorkQueue}-poison.`;
    troubles.push(new Error(`credential set "${credentialSet}": ${message}`));
    const left = live && daysLeft(live, now);
    const about = { at: now, registry, credentialSet, message, daysLeft: left };
    if (overdue.tell) told.push({ id: ports.ambient.newId(), name: "RotationOverdue", ...about });
  }
  return [...troubles, ...(await tell(ports, registry, told))];
}

/** To log and topic first: what keeps the worker from its end may be the history. */
async function tell(
  { announcer, history }: OverduePorts,
  registry: string,
  told: readonly Announcement[],
): Promise<readonly LarderError[]> {
  if (told.length === 0) return [];
  const lines = told.map(
    ({ at, credentialSet, message }): HistoryEntry => ({
      at,
      registry,
      resource: credentialSet,
      event: "rotationOverdue",
      by: "larder",
      message,
    }),
  );
  const answers = [
    await orProblem(announcer.announce(told)),
    await orProblem(history.append(registry, lines)),
  ];
  return answers.filter((one) => one instanceof LarderError);
}
