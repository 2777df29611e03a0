import { describe, expect, it } from "vitest";
import { deep, sample } from "../deep.ts";
import {
  alone,
  expectAllStates,
  explore,
  quietCalls,
  run,
  thinned,
  wrongWith,
} from "./rotation-exploration.ts";
import { killedAfter, killedBefore, losingItsAnswer } from "./rotation-faults.ts";
import { flows } from "./rotation-flows.ts";

/*
 * DESIGN section 7: from any state, killed before or after any call, with any call failing, late, made twice or losing its
 * answer, alone or with another worker, a rotation ends with a working token in the live secret, which never held a dead
 * one; no token that Larder made is left behind, and none that it did not make was touched.
 */

explore(flows);

describe("a rotation killed twice", () => {
  it("comes to its end wherever the two kills are", async () => {
    const flow = flows["adoption of a token near its end"];
    const last = (await quietCalls(flow, alone)).length;
    const pairs: (readonly [number, number])[] = [];
    for (let first = 0; first < last; first += 1)
      // A life that was disturbed once makes some calls more.
      for (let second = first + 1; second < last + 10; second += 1) pairs.push([first, second]);
    const wrong: string[] = [];
    for (const [first, second] of deep ? thinned(pairs, 0) : sample(pairs, 60)) {
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
    const flow = flows["request with force"];
    const calls = await quietCalls(flow, alone);
    const writes = calls.filter(([, call]) => call === "rotations.write");
    expect(writes.length).toBeGreaterThan(20);

    expect(await wrongWith(flow, losingItsAnswer, alone, sample(writes, 30))).toEqual([]);
  });
});

describe("all of these", () => {
  expectAllStates();
});
