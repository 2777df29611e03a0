import { LarderError, type Reason } from "../../src/domain/errors.ts";
import { noteSecretEvent } from "../../src/jobs/note-secret-event.ts";
import { type Company, goOn, type RotationLife, worker } from "./rotation-life.ts";
import { day } from "./rotation-stage.ts";
import { Killed } from "./world.ts";

/** What becomes of one call. */
export interface Fault {
  readonly name: string;
  readonly when: "before" | "after";
  readonly act: (life: RotationLife, again: () => Promise<unknown>) => unknown;
  /** Whether the call can meet with it at all. */
  readonly hits?: (call: string) => boolean;
}

const killed = () => {
  throw new Killed("killed");
};
const fails = (reason: Reason, code: string) => () => {
  throw new LarderError(reason, { code, message: `The far end says ${code}.` });
};
const takes =
  (seconds: number) =>
  ({ ports }: RotationLife) =>
    ports.clock.advance(seconds);

/** These answer that they could not ask, and reject nothing. */
const answering = (call: string) => /^(pulls|upstreams)\./.test(call);
const rejecting = (call: string) => !answering(call);
/** Whose contract knows a right that is not there; the tables' own is part of what is deployed. */
const mayLackRight = (call: string) =>
  /^(secrets|accessTokens|credentialSet|credentialSetWriter)/.test(call);
const mayRefuse = (call: string) => /^(accessTokens\.create|credentialSetWriter)/.test(call);

export const killedBefore: Fault = { name: "killed before", when: "before", act: killed };
export const killedAfter: Fault = { name: "killed after", when: "after", act: killed };

export const losingItsAnswer: Fault = {
  name: "losing its answer",
  when: "after",
  act: fails("unavailable", "ServerBusy"),
  hits: rejecting,
};

export const faults: readonly Fault[] = [
  killedBefore,
  killedAfter,
  {
    name: "failing",
    when: "before",
    act: fails("unavailable", "ServerBusy"),
    hits: rejecting,
  },
  losingItsAnswer,
  { name: "not asked", when: "before", act: (life) => void (life.mute = true), hits: answering },
  {
    name: "lacking a right",
    when: "before",
    act: fails("lacksRight", "Forbidden"),
    hits: mayLackRight,
  },
  { name: "refused", when: "before", act: fails("refused", "BadRequest"), hits: mayRefuse },
  // The longest call with all its retries, in which nothing of the lease's guarantee may be lost.
  { name: "a minute late", when: "before", act: takes(60) },
  // Done in time, but its answer comes when the lease is over.
  { name: "ten minutes late with its answer", when: "after", act: takes(600) },
  // Its worker stands still; whatever it does afterwards, it must see first that the set is not its own any more.
  {
    name: "two days late with its answer while others go on",
    when: "after",
    act: (life) => goOn(life, 2 * day),
  },
  { name: "made twice", when: "before", act: (_life, again) => again() },
];

const hints = ({ ports }: RotationLife) =>
  Promise.all(
    Array.from({ length: 50 }, () =>
      noteSecretEvent(ports, {
        type: "SecretNearExpiry",
        vault: "contoso",
        secret: "docker-hub-token",
      }),
    ),
  );

export const companies: readonly [Company, ...Company[]] = [
  { name: "alone" },
  { name: "two workers", twice: true },
  { name: "another worker meanwhile", inside: worker },
  { name: "again at once", redeliver: 1 },
  { name: "fifty hints meanwhile", inside: hints },
];

/** Only after a kill: nobody comes for a while. In forty days the live token itself ends. */
export const absences: readonly Company[] = [
  { name: "away for an hour", away: 3600 },
  { name: "away for three days", away: 3 * day },
  { name: "away for forty days", away: 40 * day },
];

/** Has the fault happen to a call, by its number; what goes on meanwhile comes after a delay and before a failure. */
export function plan(life: RotationLife, number: number, { when, act, name }: Fault): void {
  const { ports, company } = life;
  ports.interruptions.interrupt(number, when, async (again) => {
    const late = name.includes("late");
    if (late) await act(life, again);
    await company.inside?.(life);
    if (!late) await act(life, again);
  });
}
