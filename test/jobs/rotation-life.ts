import { LarderError } from "../../src/domain/errors.ts";
import type { RotationMessage } from "../../src/domain/messages.ts";
import { plusSeconds, type Timestamp } from "../../src/domain/time.ts";
import { rotateCredentialSet } from "../../src/jobs/rotate-credential-set.ts";
import { sweepRotations } from "../../src/jobs/sweep-rotations.ts";
import type { FakePorts } from "../fakes/ports.ts";
import { type RotationFlow, userOf } from "./rotation-flow.ts";
import { day, type RotationStage } from "./rotation-stage.ts";
import { type RotationWatch, rotationWatch } from "./rotation-watch.ts";
import { Killed } from "./world.ts";

/*
 * The life of one credential set under faults: processes that can be killed, a queue that delivers again,
 * and a sweep that comes once a day only, so that nothing is mended by its coming often.
 */

/** How the platform and others behave around a fault. */
export interface Company {
  readonly name: string;
  /** Every message goes to two workers at once. */
  readonly twice?: boolean;
  /** Seconds until a message whose worker died comes again; 30 when absent. */
  readonly redeliver?: number;
  /** Seconds for which nobody does anything after a kill. */
  readonly away?: number;
  /** Goes on in another process while the call in question is under way. */
  readonly inside?: (life: RotationLife) => Promise<unknown>;
}

export interface RotationLife {
  readonly stage: RotationStage;
  readonly ports: FakePorts;
  readonly watch: RotationWatch;
  readonly company: Company;
  readonly startedAt: Timestamp;
  /** The user name that ACR signs in with. */
  readonly user: string;
  /** What people do as time goes on. */
  readonly people: RotationFlow["people"];
  /** What they have done already and do once, with the version or the token that it was done to. */
  readonly deeds: Map<string, string>;
  /** Calls that were made when the rotation was done. */
  callsToEnd: number | undefined;
  /** The next answer of a port that answers instead of failing says that it could not ask. */
  mute: boolean;
  /** Kills that `away` has not followed yet. */
  kills: number;
}

const message: RotationMessage = {
  kind: "rotate-credential-set",
  registry: "contoso",
  name: "docker-hub",
};
/** Tries the host gives a message before it goes to the poison queue (host.json maxDequeueCount). */
const maxDequeueCount = 5;
/** The longest a life may take, seconds; most are over after twelve days. */
const longest = 60 * day;

export function rotationLife(
  stage: RotationStage,
  company: Company,
  flow: RotationFlow,
): RotationLife {
  const { ports } = stage;
  const watch = rotationWatch(stage, flow);
  const startedAt = ports.clock.now();
  const state = { deeds: new Map<string, string>(), callsToEnd: undefined, mute: false, kills: 0 };
  const { people } = flow;
  return { stage, ports, watch, company, startedAt, user: userOf(flow), people, ...state };
}

/** A worker that takes the set's message. */
export function worker(life: RotationLife): Promise<string> {
  return rotateCredentialSet(newProcess(life), message);
}

/** Asks, as callers do, until there is an answer. */
export async function askUntilAnswered(
  life: RotationLife,
  ask: (ports: FakePorts) => Promise<unknown>,
): Promise<void> {
  for (let tries = 0; tries < 40; tries += 1) {
    const failed = await ask(newProcess(life)).then(
      () => false,
      (error: unknown) => expectTrouble(life, error),
    );
    if (!failed) return;
    life.ports.clock.advance(5);
  }
  throw new Error("never answered");
}

/** Plays platform, people and time until `enough`, or for the longest that a life may take. */
export async function play(life: RotationLife, enough: () => boolean): Promise<void> {
  const { ports, watch } = life;
  const again: { at: Timestamp; tries: number }[] = [];
  let sweepAt = ports.clock.now();
  for (;;) {
    await deliverAll(life, again);
    await life.people?.(life);
    watch.look("time went on");
    const tooLate = plusSeconds(life.startedAt, longest + (life.company.away ?? 0));
    if (enough() || tooLate <= ports.clock.now()) return;
    const waiting = ports.rotationQueue.waiting().map(({ visibleAt }) => visibleAt);
    const next = [...waiting, ...again.map(({ at }) => at), sweepAt].sort()[0] ?? sweepAt;
    const wait = (Date.parse(next) - ports.clock.milliseconds()) / 1000;
    if (wait > 0) ports.clock.advance(wait);
    if (sweepAt > ports.clock.now()) continue;
    const failed = await sweepRotations(newProcess(life)).then(
      () => false,
      (error: unknown) => expectTrouble(life, error),
    );
    sweepAt = plusSeconds(ports.clock.now(), failed ? 3600 : day);
  }
}

/** Others go on for so long, seconds, while one process stands still. */
export function goOn(life: RotationLife, seconds: number): Promise<void> {
  const until = plusSeconds(life.ports.clock.now(), seconds);
  return play(life, () => life.ports.clock.now() >= until);
}

/** Whether a rotation is done, nobody is at work, and two days have gone since, so that what was left behind was looked for. */
export function isOver(life: RotationLife): boolean {
  const { ports } = life;
  const record = ports.rotationTable.find("contoso", "docker-hub");
  const done = record?.ended.find(({ state }) => state === "done");
  if (!done?.endedAt || record?.rotations.length !== 0) return false;
  // Whoever was away longer than the quiet days has not told all of it yet.
  if (record.unsaid.length + record.unpublished.length > 0) return false;
  life.callsToEnd ??= ports.interruptions.calls().length;
  const now = ports.clock.now();
  return plusSeconds(done.endedAt, 2 * day) <= now && (record.lease?.until ?? "") <= now;
}

async function deliverAll(
  life: RotationLife,
  again: { at: Timestamp; tries: number }[],
): Promise<void> {
  const { ports, company } = life;
  const now = ports.clock.now();
  const due = again.filter(({ at }) => at <= now);
  for (const one of due) again.splice(again.indexOf(one), 1);
  const fresh = ports.rotationQueue.take().map(() => 0);
  for (const tries of [...due.map((one) => one.tries), ...fresh]) {
    const runs = Array.from({ length: company.twice ? 2 : 1 }, () => worker(life));
    for (const ended of await Promise.allSettled(runs)) {
      if (ended.status === "fulfilled") continue;
      expectTrouble(life, ended.reason);
      if (tries + 1 === maxDequeueCount) continue;
      const at = plusSeconds(ports.clock.now(), company.redeliver ?? 30);
      again.push({ at, tries: tries + 1 });
    }
  }
}

/** Whatever is thrown must be a kill or a LarderError, and is searched for secrets. */
function expectTrouble(life: RotationLife, error: unknown): true {
  const { watch, company, ports } = life;
  if (error instanceof Killed) {
    if (company.away !== undefined && life.kills === 0) {
      ports.clock.advance(company.away);
      watch.excuse();
    }
    life.kills += 1;
    return true;
  }
  if (!(error instanceof LarderError || error instanceof AggregateError)) throw error;
  watch.hear(error);
  return true;
}

const touched = [
  "accessTokens",
  "announcer",
  "cacheRules",
  "credentialSets",
  "credentialSetWriter",
  "grants",
  "heartbeats",
  "history",
  "hubLogins",
  "pulls",
  "rotationOutbox",
  "rotations",
  "rules",
  "secrets",
  "tags",
  "upstreams",
  "vault",
] as const satisfies readonly (keyof FakePorts)[];

/** The ports as one process has them: once it is killed it makes no call any more, not even to clean up. */
function newProcess(life: RotationLife): FakePorts {
  let dead = false;
  const mortal = (name: string, port: object): object =>
    new Proxy(port, {
      get(target, key) {
        const value: unknown = Reflect.get(target, key);
        if (typeof value !== "function") return value;
        return async (...parameters: unknown[]) => {
          if (dead) throw new Killed("killed");
          try {
            const answer: unknown = await Reflect.apply(value, target, parameters);
            return answered(life, name, answer);
          } catch (error) {
            dead ||= error instanceof Killed;
            throw error;
          }
        };
      },
    });
  const own = touched.map((name) => [name, mortal(name, life.ports[name])]);
  return { ...life.ports, ...Object.fromEntries(own) };
}

function answered(life: RotationLife, name: string, answer: unknown): unknown {
  if (!life.mute || (name !== "pulls" && name !== "upstreams")) return answer;
  life.mute = false;
  return { kind: "couldNotAsk", message: "The far end answered 503." };
}
