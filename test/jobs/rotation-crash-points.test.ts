import { afterAll, describe, expect, it } from "vitest";
import { deep, sample } from "../deep.ts";
import { faultsOfEnd } from "./rotation-end.ts";
import {
  absences,
  companies,
  type Fault,
  faults,
  killedAfter,
  killedBefore,
  losingItsAnswer,
  plan,
} from "./rotation-faults.ts";
import { flows, openStage, type RotationFlow } from "./rotation-flows.ts";
import { askUntilAnswered, type Company, isOver, play, rotationLife } from "./rotation-life.ts";

/*
 * DESIGN section 7: from any state, killed before or after any call, with any call failing, late, made twice or losing its
 * answer, alone or with another worker, a rotation ends with a working token in the live secret, which never held a dead
 * one; no token that Larder made is left behind, and none that it did not make was touched.
 */

/**
 * The deep tests hit every call in every way while a worker is alone, and whatever changes something in all company; of the rest, and of
 * pairs of kills, one in so many. EVERY=1 leaves nothing out, which takes the better part of an hour.
 */
const every = Number(process.env["EVERY"] ?? 8);

const counts = { points: 0, runs: 0 };
const [alone] = companies;

afterAll(() =>
  console.log(
    `one rotation: ${Object.keys(flows).length} flows, ${counts.points} calls to hit, ${counts.runs} runs`,
  ),
);

/** One life from its beginning to its end, disturbed at some calls, counted from the first after `prepare`. */
async function run(
  flow: RotationFlow,
  company: Company,
  disturbances: readonly (readonly [offset: number, fault: Fault])[] = [],
) {
  const stage = await openStage(flow);
  const life = rotationLife(stage, company, flow);
  const { ports, watch } = life;
  const from = ports.interruptions.calls().length;
  for (const [offset, fault] of disturbances) plan(life, from + offset, fault);
  await askUntilAnswered(life, flow.ask);
  await play(life, () => isOver(life));
  ports.interruptions.clear();
  watch.searchForSecrets();
  counts.runs += 1;
  return {
    // What comes after the end is the quiet of every other day.
    calls: ports.interruptions.calls().slice(from, life.callsToEnd),
    wrong: [...watch.found, ...(await faultsOfEnd(life, flow))],
    ended: stage.record().ended.map(({ state }) => state),
  };
}

/** What went wrong in the lives in which a fault hits one of the calls. */
async function wrongWith(
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

type Point = readonly [offset: number, call: string];
const known = new Map<string, readonly Point[]>();
const flowList: readonly RotationFlow[] = Object.values(flows);

/** The calls of a quiet day. */
async function quietCalls(flow: RotationFlow, company: Company): Promise<readonly Point[]> {
  const key = `${flowList.indexOf(flow)} ${company.name}`;
  const found = known.get(key) ?? [...(await run(flow, company)).calls.entries()];
  known.set(key, found);
  return found;
}

/** What changes something outside, for others than Larder to see. */
const acts =
  /^(secrets\.(put|tag|disable)|accessTokens\.(create|setActive|remove)|credentialSetWriter|grants)/;

/** One in `every`, others with every turn. */
function thinned<T>(items: readonly T[], turn: number): readonly T[] {
  return items.filter((_, index) => (index + turn) % every === 0);
}

/** All when deep; else `count` of them, spread evenly, others with every turn. */
function some(points: readonly Point[], count: number, turn: number): readonly Point[] {
  if (deep || points.length <= count) return points;
  return Array.from({ length: count }, (_, index) => {
    const place = Math.trunc((index * points.length) / count) + turn * 7;
    return points[place % points.length] as Point;
  });
}

/** Where to hit: wherever something is changed, if it is hit alone, and in some other places. */
function places(points: readonly Point[], company: Company, turn: number): readonly Point[] {
  const doing = points.filter(([, call]) => acts.test(call));
  const asking = points.filter(([, call]) => !acts.test(call));
  if (deep) return company === alone ? points : [...doing, ...thinned(asking, turn)];
  const most = company === alone ? doing.length : 1;
  return [...some(doing, most, turn), ...some(asking, 1, turn)];
}

describe.each(Object.entries<RotationFlow>(flows))("%s", (_name, flow) => {
  it.each(companies)("comes to its end on a quiet day, $name", async (company) => {
    const { wrong, ended } = await run(flow, company);
    expect(wrong).toEqual([]);
    expect(ended).toEqual(flow.ended);
  });

  it.each(faults)("comes to its end with any one call $name", async (fault) => {
    const wrong: string[] = [];
    let turn = faults.indexOf(fault);
    for (const company of companies) {
      const calls = await quietCalls(flow, company);
      const points = calls.filter(([, call]) => fault.hits?.(call) ?? true);
      counts.points += points.length;
      wrong.push(...(await wrongWith(flow, fault, company, places(points, company, turn))));
      turn += companies.length;
    }
    expect(wrong).toEqual([]);
  });

  it.each(absences)("comes to its end killed at any call and $name", async (company) => {
    const calls = await quietCalls(flow, alone);
    counts.points += 2 * calls.length;
    for (const fault of [killedBefore, killedAfter])
      expect(
        await wrongWith(
          flow,
          fault,
          company,
          deep
            ? thinned(calls, absences.indexOf(company))
            : some(calls, 3, absences.indexOf(company)),
        ),
      ).toEqual([]);
  });
});

describe("a rotation killed twice", () => {
  it("comes to its end wherever the two kills are", async () => {
    const flow: RotationFlow = flows["adoption of a token near its end"];
    const last = (await quietCalls(flow, alone)).length;
    const pairs: (readonly [number, number])[] = [];
    for (let first = 0; first < last; first += 1)
      // A life that was disturbed once makes some calls more.
      for (let second = first + 1; second < last + 10; second += 1) pairs.push([first, second]);
    counts.points += pairs.length;
    const wrong: string[] = [];
    for (const [first, second] of deep ? thinned(pairs, 0) : sample(pairs, 120)) {
      const lived = await run(flow, alone, [
        [first, killedAfter],
        [second, killedBefore],
      ]);
      wrong.push(...lived.wrong.map((one) => `killed at ${first} and ${second}: ${one}`));
    }
    expect(wrong).toEqual([]);
  });
});

describe("a journal that loses its answers", () => {
  it("loses no rotation that somebody asked for", async () => {
    const flow: RotationFlow = flows["request with force"];
    const calls = await quietCalls(flow, alone);
    const writes = calls.filter(([, call]) => call === "rotations.write");
    expect(writes.length).toBeGreaterThan(20);

    expect(await wrongWith(flow, losingItsAnswer, alone, writes)).toEqual([]);
  });
});
