import { LarderError } from "../../src/domain/errors.ts";
import type { Ports } from "../../src/domain/ports.ts";
import type { Pulls } from "../../src/domain/refresh-ports.ts";
import type { RotationRecord } from "../../src/domain/rotation.ts";
import type { RotationPorts } from "../../src/jobs/rotation-site.ts";
import type { YearWatch } from "./rotation-year-watch.ts";
import { pullThrough, useToken, type Year, type YearSet } from "./rotation-year-world.ts";
import { Killed } from "./world.ts";

export type YearPorts = RotationPorts & Pick<Ports, "heartbeats">;

/** One worker's place. A worker that was killed makes no call any more. */
export interface Slot {
  readonly ports: YearPorts;
  busy: boolean;
  killed: boolean;
  /** What it works on. */
  set: YearSet | undefined;
}

/** Of a hundred calls, and of ten thousand for kills. */
const rates = { refused: 0.045, lost: 0.03, late: 0.015, twice: 0.01, killed: 0.0006 };
/** No call lasts longer: half of what a worker makes sure of before it acts. */
const longest = 60;

/** A place with ports that fail in every way. */
export function newSlot(year: Year, watch: YearWatch, send: Ports["rotationOutbox"]): Slot {
  const worker: Worker = { busy: false, killed: false, set: undefined };
  const wrap = <T extends object>(name: string, port: T): T =>
    wrapped({ year, watch, worker }, name, port);
  return Object.assign(worker, { ports: portsOf(year, send, wrap) });
}

type Worker = Omit<Slot, "ports">;

function portsOf(
  year: Year,
  send: Ports["rotationOutbox"],
  wrap: <T extends object>(name: string, port: T) => T,
): YearPorts {
  const { ports, agenda } = year;
  return {
    registries: ports.registries,
    rotationSettings: ports.rotationSettings,
    cacheRules: ports.cacheRules,
    vault: ports.vault,
    upstreams: wrap("upstreams", { ...ports.upstreams, head: headsOf(year) }),
    pulls: wrap("pulls", pullsOf(year)),
    accessTokens: wrap("accessTokens", ports.hub.accessTokens),
    hubLogins: wrap("hubLogins", ports.hub.logins),
    secrets: wrap<Ports["secrets"]>("secrets", ports.shelf),
    credentialSets: wrap<Ports["credentialSets"]>("credentialSets", ports.sets),
    credentialSetWriter: wrap<Ports["credentialSetWriter"]>("credentialSetWriter", ports.sets),
    rotations: wrap<Ports["rotations"]>("rotations", year.table),
    rotationOutbox: wrap("rotationOutbox", send),
    rules: wrap("rules", ports.table.rules),
    history: wrap("history", historyOf(year)),
    tags: wrap<Ports["tags"]>("tags", ports.tagTable),
    grants: wrap<Ports["grants"]>("grants", ports.rights),
    announcer: wrap<Ports["announcer"]>("announcer", ports.news),
    heartbeats: wrap("heartbeats", ports.heartbeats),
    ambient: {
      now: () => ports.clock.now(),
      newId: () => ports.ambient.newId(),
      pause: (milliseconds) => agenda.sleep(milliseconds / 1000),
    },
  };
}

interface Around {
  readonly year: Year;
  readonly watch: YearWatch;
  readonly worker: Worker;
}

type Method = (...parameters: readonly unknown[]) => Promise<unknown>;

function wrapped<T extends object>(around: Around, name: string, port: T): T {
  const methods = new Map<string | symbol, Method>();
  return new Proxy(port, {
    get(target, key) {
      const known = methods.get(key);
      if (known) return known;
      const value: unknown = Reflect.get(target, key);
      if (typeof value !== "function") return value;
      const what = `${name}.${String(key)}`;
      const made: Method = (...parameters) =>
        call(around, what, parameters, async () => Reflect.apply(value, target, parameters));
      methods.set(key, made);
      return made;
    },
  });
}

async function call(
  { year, watch, worker }: Around,
  what: string,
  parameters: readonly unknown[],
  send: () => Promise<unknown>,
): Promise<unknown> {
  if (worker.killed) throw new Killed();
  year.counts.calls += 1;
  const trouble = troubleOf(year);
  const { dice, agenda } = year;
  const late = trouble === "late" ? dice.between(1, longest) : dice.between(0.02, 0.6);
  const way = dice.roll();
  await agenda.sleep(late * way);
  if (trouble === "killedBefore") return kill(year, worker, what);
  if (trouble === "refused" || isDown(year, what)) throw unanswered(year, what);
  // The instant at which it takes effect.
  const act = async () => {
    watch.before(worker.set, what, parameters);
    const answer = await send();
    watch.after(worker.set, what, parameters);
    return answer;
  };
  if (trouble === "twice") await act().catch(() => undefined);
  const answer = await act();
  await agenda.sleep(late * (1 - way));
  if (trouble === "killedAfter") return kill(year, worker, what);
  if (trouble === "lost") throw unanswered(year, what);
  return answer;
}

type Trouble = "refused" | "lost" | "late" | "twice" | "killedBefore" | "killedAfter" | undefined;

function troubleOf({ calm, dice, counts }: Year): Trouble {
  if (calm) return undefined;
  let roll = dice.roll();
  for (const trouble of ["refused", "lost", "late", "twice"] as const) {
    roll -= rates[trouble];
    if (roll >= 0) continue;
    counts.faults += 1;
    return trouble;
  }
  return roll > rates.killed ? undefined : dice.pick(["killedBefore", "killedAfter"] as const);
}

function kill(year: Year, worker: Worker, what: string): never {
  worker.killed = true;
  year.counts.kills += 1;
  throw new Killed(`at ${what}`);
}

const hosts: readonly (readonly [keyof Year["down"], RegExp])[] = [
  ["hub", /^(hubLogins|accessTokens|upstreams)\./],
  ["vault", /^secrets\./],
  ["acr", /^(credentialSets|credentialSetWriter|pulls)\./],
];

function isDown({ down }: Year, what: string): boolean {
  return hosts.some(([host, calls]) => down[host] && calls.test(what));
}

function unanswered({ dice }: Year, what: string): LarderError {
  const retryAfterSeconds = dice.chance(0.05) ? dice.whole(1, 1800) : undefined;
  const problem = { code: "NoAnswer", message: `${what} did not answer.` };
  return new LarderError("unavailable", problem, { retryAfterSeconds });
}

const digest = `sha256:${"a".repeat(64)}` as const;

/** HEADs of Docker Hub's registry; a use of the login they are made with, but Larder's own. */
function headsOf({ ports: { hub } }: Year): Ports["upstreams"]["head"] {
  return async (_upstream, _repository, _tag, login) => {
    const used = login && hub.use(login.username.reveal(), login.password.reveal());
    if (login && !used) return { kind: "badLogin", message: "docker.io turned down the login." };
    const account = used?.accountId ?? "203.0.113.7";
    return { kind: "found", digest, rate: { kind: "unlimited", account } };
  };
}

function pullsOf(year: Year): Pulls {
  // The registry holds every tag but the one that proves that it can sign in.
  const get: Pulls["get"] = async (registry, repository, reference) => {
    if (!reference.startsWith("larder-proof-"))
      return { kind: "answered", digest, fromUpstream: false };
    return pullThrough(year, registry, repository.split("/")[0] ?? "")
      ? { kind: "absent", message: "manifest unknown" }
      : { kind: "couldNotAsk", message: "The registry answered 424." };
  };
  return { get, head: get };
}

/** Only written: in a year it comes to many lines. */
function historyOf({ ports, said }: Year): Ports["history"] {
  return {
    ...ports.table.history,
    append: async (_registry, entries) => {
      for (const one of entries) said.add(JSON.stringify(one));
    },
  };
}

/** Whoever still has a value of a token and uses it. */
export function consume(year: Year, username: string, value: string): void {
  useToken(year, username, value);
}

/** The record that a call writes, if it writes one. */
export function writtenRecord(what: string, parameters: readonly unknown[]) {
  return what === "rotations.write" ? (parameters[0] as RotationRecord) : undefined;
}
