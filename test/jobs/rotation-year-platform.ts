import { LarderError } from "../../src/domain/errors.ts";
import type { RotationMessage } from "../../src/domain/messages.ts";
import type { SecretEvent } from "../../src/domain/secret-event.ts";
import { noteSecretEvent } from "../../src/jobs/note-secret-event.ts";
import { rotateCredentialSet } from "../../src/jobs/rotate-credential-set.ts";
import { sweepRotations } from "../../src/jobs/sweep-rotations.ts";
import { newSlot, type Slot, type YearPorts } from "./rotation-year-faults.ts";
import type { YearWatch } from "./rotation-year-watch.ts";
import { breakDown, day, hour, tell, type Year, type YearSet } from "./rotation-year-world.ts";
import { Killed } from "./world.ts";

/** Queues, events and timers, with workers enough that several work at once. */
export interface Platform {
  /** Has a free worker do something; what it throws is the host's to know. Answers whether it came to an end. */
  work(
    set: YearSet | undefined,
    what: (ports: YearPorts) => Promise<unknown>,
    ended?: (good: boolean) => void,
  ): void;
  /** Has Event Grid tell of versions that were written since it was asked last. */
  publish(): void;
}

const places = 8;
/** Tries the host gives a message before it goes to the poison queue (host.json maxDequeueCount). */
const maxDequeueCount = 5;
/** Seconds until a message whose worker died, or failed, is seen again. */
const invisible = { died: 600, failed: 30 };

export function platform(year: Year, watch: YearWatch): Platform {
  const { agenda, dice, ports } = year;
  const slots: Slot[] = [];
  const now = () => ports.clock.milliseconds();
  const work: Platform["work"] = (set, what, ended) => {
    const slot = slots.find(({ busy }) => !busy);
    if (!slot) return agenda.at(now() + 5000, () => work(set, what, ended));
    Object.assign(slot, { busy: true, killed: false, set });
    agenda.start(async () => {
      const good = await attempt(year, () => what(slot.ports));
      slot.busy = false;
      ended?.(good && !slot.killed);
    });
  };
  const deliver = (message: RotationMessage, tries: number) => {
    const set = setOf(year, message);
    work(
      set,
      (own) => rotateCredentialSet(own, message),
      (good) => {
        if (good || tries === maxDequeueCount) return;
        const wait = dice.pick([invisible.died, invisible.failed]);
        agenda.at(now() + wait * 1000, () => deliver(message, tries + 1));
      },
    );
  };
  const send = async (message: RotationMessage, delaySeconds: number) => {
    year.said.add(JSON.stringify(message));
    if (!year.calm && dice.chance(0.02)) return;
    const copies = !year.calm && dice.chance(0.05) ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      const late = !year.calm && dice.chance(0.1) ? dice.between(0, 1800) : dice.between(0, 2);
      agenda.at(now() + (Math.ceil(delaySeconds) + late) * 1000, () => deliver(message, 1));
    }
  };
  for (let place = 0; place < places; place += 1) slots.push(newSlot(year, watch, { send }));
  startSweeps(year, work, watch);
  return { work, publish: publisher(year, work) };
}

const setOf = ({ sets }: Year, { registry, name }: RotationMessage) =>
  sets.find((one) => one.registry === registry && one.name === name);

/** Failures and crashes are the platform's to bear; anything else that a job throws is a bug. */
async function attempt(year: Year, what: () => Promise<unknown>): Promise<boolean> {
  try {
    const answer = await what();
    if (typeof answer === "string") year.said.add(answer);
    return true;
  } catch (error) {
    if (!isExpected(error)) throw error;
    year.said.add(`${String(error)} ${JSON.stringify(error)}`);
    return false;
  }
}

function isExpected(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.every(isExpected);
  // The sweep's own word on a set that nobody came to for a day, as when timers and messages stood still.
  if (error instanceof Error && error.message.includes("Nobody has got through")) return true;
  return error instanceof LarderError || error instanceof Killed;
}

/** Every hour, but for the days on which the timers do not run. */
function startSweeps(year: Year, work: Platform["work"], watch: YearWatch): void {
  const { agenda, ports } = year;
  const tick = () => {
    watch.look();
    const now = ports.clock.now();
    const due = watch.begun.nextAt() <= now;
    // One with nothing to do would read the table and no more.
    if (due && !year.down.sweeps) {
      year.counts.sweeps += 1;
      work(undefined, (own) => sweepRotations(own));
    }
    agenda.at(ports.clock.milliseconds() + hour * 1000, tick);
  };
  tick();
}

/** Event Grid: at least once mostly, late now and then, and in no order. */
function publisher(year: Year, work: Platform["work"]): () => void {
  const { agenda, dice, ports, sets } = year;
  const followed = new Set(sets.flatMap(({ liveId, pendingId }) => [liveId, pendingId]));
  let read = 0;
  const notify = (event: SecretEvent) => work(undefined, (own) => noteSecretEvent(own, event));
  const plan = (milliseconds: number, event: SecretEvent) => {
    if (!year.calm && dice.chance(0.1)) return;
    for (let copies = dice.chance(0.05) ? 3 : 1; copies > 0; copies -= 1) {
      const late = dice.chance(0.05) ? dice.between(0, 3 * day) : dice.between(1, 300);
      agenda.at(milliseconds + late * 1000, () => notify(event));
    }
  };
  return () => {
    const { log } = ports.shelf;
    for (; read < log.length; read += 1) {
      const { secretId, version } = log[read] ?? { secretId: "", version: "" };
      if (!followed.has(secretId)) continue;
      // As soon as a token goes live is the worst time for ACR to have trouble of its own.
      if (!year.calm && dice.chance(0.04)) breakDown(year, "signIn", dice.between(600, 2 * hour));
      tell(year, `new version of ${secretId.slice(secretId.lastIndexOf("/") + 1)}`);
      const { hostname, pathname } = new URL(secretId);
      const about = { vault: hostname.split(".")[0] ?? "", secret: pathname.split("/")[2] ?? "" };
      const held = ports.shelf.versions(secretId).find((one) => one.version === version);
      const now = ports.clock.milliseconds();
      plan(now, { type: "SecretNewVersionCreated", version, ...about });
      if (held?.expiresAt === undefined) continue;
      const end = Date.parse(held.expiresAt);
      plan(Math.max(now, end - 30 * day * 1000), { type: "SecretNearExpiry", version, ...about });
      plan(end, { type: "SecretExpired", version, ...about });
    }
  };
}
