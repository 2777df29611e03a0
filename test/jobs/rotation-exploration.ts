import { afterAll, describe, expect, it } from "vitest";
import { type RotationState, rotationStates } from "../../src/domain/rotation.ts";
import { deep } from "../deep.ts";
import { faultsOfEnd } from "./rotation-end.ts";
import {
  absences,
  companies,
  type Fault,
  faults,
  killedAfter,
  killedBefore,
  plan,
} from "./rotation-faults.ts";
import { openStage, type RotationFlow } from "./rotation-flow.ts";
import { askUntilAnswered, type Company, isOver, play, rotationLife } from "./rotation-life.ts";
import { enteredBy, movesOf } from "./rotation-moves.ts";

/**
 * The deep tests hit every call of every flow in every way while a worker is alone, and in all company whatever changes something; of
 * the rest, of kills with an absence and of pairs of kills they take one in so many. EVERY=1 leaves nothing out, which takes hours.
 */
const every = Number(process.env["EVERY"] ?? 24);

const [first, ...others] = companies;
export const alone: Company = first;

const counts = { points: 0, runs: 0 };
/** Lives that came into a state. */
const entered = new Map<RotationState, number>();
const livesThrough = (state: RotationState) => entered.get(state) ?? 0;

/** One life from its beginning to its end, disturbed at some calls, counted from the first after `prepare`. */
export async function run(
  flow: RotationFlow,
  company: Company,
  disturbances: readonly (readonly [offset: number, fault: Fault])[] = [],
) {
  const stage = await openStage(flow);
  const life = rotationLife(stage, company, flow);
  const moves = movesOf(stage);
  const { ports, watch } = life;
  const from = ports.interruptions.calls().length;
  for (const [offset, fault] of disturbances) plan(life, from + offset, fault);
  await askUntilAnswered(life, flow.ask);
  await play(life, () => isOver(life));
  ports.interruptions.clear();
  watch.searchForSecrets();
  counts.runs += 1;
  for (const state of new Set([...moves].map(enteredBy)))
    entered.set(state, livesThrough(state) + 1);
  return {
    // What comes after the end is the quiet of every other day.
    calls: ports.interruptions.calls().slice(from, life.callsToEnd),
    wrong: [...watch.found, ...(await faultsOfEnd(life, flow))],
    ended: stage.record().ended.map(({ state }) => state),
    moves: [...moves],
  };
}

type Point = readonly [offset: number, call: string];

/** What went wrong in the lives in which a fault hits one of the calls. */
export async function wrongWith(
  flow: RotationFlow,
  fault: Fault,
  company: Company,
  points: readonly Point[],
): Promise<readonly string[]> {
  const all: string[] = [];
  for (const [offset, call] of points) {
    const { wrong } = await run(flow, company, [[offset, fault]]);
    all.push(...wrong.map((one) => `${call} (${offset}) ${fault.name}, ${company.name}: ${one}`));
  }
  return all;
}

const known = new Map<RotationFlow, Map<string, readonly Point[]>>();

/** The calls of a quiet day. */
export async function quietCalls(flow: RotationFlow, company: Company): Promise<readonly Point[]> {
  const own = known.get(flow) ?? new Map<string, readonly Point[]>();
  known.set(flow, own);
  const found = own.get(company.name) ?? [...(await run(flow, company)).calls.entries()];
  own.set(company.name, found);
  return found;
}

/** What changes something outside, for others than Larder to see. */
const acts =
  /^(secrets\.(put|tag|disable)|accessTokens\.(create|setActive|remove)|credentialSetWriter|grants)/;

/** One in `every`, others with every turn. */
export function thinned<T>(items: readonly T[], turn: number): readonly T[] {
  return items.filter((_, index) => (index + turn) % every === 0);
}

/** `count` of them, spread evenly, others with every turn. */
function some<T>(points: readonly T[], count: number, turn: number): readonly T[] {
  if (points.length <= count) return points;
  return Array.from({ length: count }, (_, index) => {
    const place = Math.trunc((index * points.length) / count) + turn * 7;
    return points[place % points.length] as T;
  });
}

/** Where to hit; in the short run a few calls while a worker is alone, and one in company, others with every turn. */
function places(points: readonly Point[], company: Company, turn: number): readonly Point[] {
  const doing = points.filter(([, call]) => acts.test(call));
  const asking = points.filter(([, call]) => !acts.test(call));
  if (deep) return company === alone ? points : [...doing, ...thinned(asking, turn)];
  if (company === alone) return [...some(doing, 3, turn), ...some(asking, 1, turn)];
  return some(turn % 2 === 0 ? doing : asking, 1, turn);
}

/** Every flow, with every fault, in all company. */
export function explore(flows: Readonly<Record<string, RotationFlow>>): void {
  // Test files may share their modules.
  counts.points = 0;
  counts.runs = 0;
  entered.clear();

  describe.each(Object.entries(flows))("%s", (name, flow) => {
    const place = Object.keys(flows).indexOf(name);

    it.each(companies)("comes to its end on a quiet day, $name", async (company) => {
      const { wrong, ended, moves } = await run(flow, company);
      expect(wrong).toEqual([]);
      expect(ended).toEqual(flow.ended);
      expect(moves).toEqual(expect.arrayContaining([...flow.moves]));
    });

    it.each(faults)("comes to its end with any one call $name", async (fault) => {
      expect(await anyCall(flow, fault, faults.indexOf(fault) + place)).toEqual([]);
    });

    it.each(absences)("comes to its end killed at any call and $name", async (company) => {
      expect(await anyKill(flow, company, absences.indexOf(company) + place)).toEqual([]);
    });
  });

  afterAll(() => {
    const { points, runs } = counts;
    const states = rotationStates.map((state) => `${state} ${livesThrough(state)}`);
    console.log(
      `rotations: ${Object.keys(flows).length} flows, ${points} calls to hit, ${runs} lives; through ${states.join(", ")}`,
    );
  });
}

/** What goes wrong with a fault at the calls; in the short run it meets with one kind of company, others with every turn. */
async function anyCall(flow: RotationFlow, fault: Fault, turn: number): Promise<readonly string[]> {
  const wrong: string[] = [];
  for (const [index, company] of companies.entries()) {
    if (!deep && company !== alone && company !== others[turn % others.length]) continue;
    const calls = await quietCalls(flow, company);
    const points = calls.filter(([, call]) => fault.hits?.(call) ?? true);
    counts.points += points.length;
    wrong.push(...(await wrongWith(flow, fault, company, places(points, company, turn + index))));
  }
  return wrong;
}

async function anyKill(
  flow: RotationFlow,
  absence: Company,
  turn: number,
): Promise<readonly string[]> {
  const calls = await quietCalls(flow, alone);
  counts.points += 2 * calls.length;
  const wrong: string[] = [];
  for (const [index, fault] of [killedBefore, killedAfter].entries()) {
    const points = deep ? thinned(calls, turn + index) : some(calls, 1, turn + index * 5);
    wrong.push(...(await wrongWith(flow, fault, absence, points)));
  }
  return wrong;
}

/** To be called last: that the explorations so far came through every state. */
export function expectAllStates(): void {
  it("came through every state that a rotation may be in", () => {
    expect(rotationStates.filter((state) => livesThrough(state) === 0)).toEqual([]);
  });
}
