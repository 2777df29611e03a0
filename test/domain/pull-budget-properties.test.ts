import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PullBudget, RateReading } from "../../src/domain/budget.ts";
import { hold, observe, release } from "../../src/domain/pull-budget.ts";

/*
 * The real account, which only knows what was really pulled, beside what workers believe of it who
 * are slow, tell late and in any order, and are killed.
 */

const windowSeconds = 3600;
const limit = 40;
const start = Date.parse("2026-11-21T02:00:00.000Z");
const stamp = (seconds: number) => new Date(start + seconds * 1000).toISOString();

interface Account {
  pull(now: number): void;
  remaining(now: number): number;
}

/** Counts what was pulled in the last hour. */
function slidingAccount(): Account {
  const pulls: number[] = [];
  return {
    pull: (now) => void pulls.push(now),
    remaining: (now) => limit - pulls.filter((at) => at > now - windowSeconds).length,
  };
}

/** Begins an hour with the first pull after the last one ended. */
function fixedAccount(): Account {
  let [begun, made] = [Number.NEGATIVE_INFINITY, 0];
  const over = (now: number) => now >= begun + windowSeconds;
  return {
    pull(now) {
      if (over(now)) [begun, made] = [now, 0];
      made += 1;
    },
    remaining: (now) => (over(now) ? limit : limit - made),
  };
}

interface Worker {
  readonly id: string;
  readonly granted: number;
  readonly until: number;
  made: number;
}

interface Message {
  readonly askedAt: number;
  remaining: number | undefined;
}

const acts = ["ask", "ask", "answer", "tell", "tell", "hold", "hold", "hold"] as const;
const ends = ["pull", "pull", "pull", "end", "end", "end", "end", "kill"] as const;

const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant("wait"), n: fc.nat({ max: 400 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("wait"), n: fc.nat({ max: 5000 }) }) },
  {
    weight: 15,
    arbitrary: fc.record({ do: fc.constantFrom(...acts, ...ends), n: fc.nat({ max: 30 }) }),
  },
);

/** Without a size most lists would be of ten steps. */
const steps = fc.array(step, { maxLength: 150, size: "max" });

/** What the workers do, one step after another; answers the lowest that the account ever was at after a pull. */
function run(
  account: Account,
  foreign: number,
  reserve: number,
  done: readonly { readonly do: string; readonly n: number }[],
) {
  let [now, ids, lowest] = [0, 0, limit];
  for (let n = 0; n < foreign; n += 1) account.pull(now);
  const told = (remaining: number): RateReading => ({
    kind: "limited",
    limit,
    remaining,
    windowSeconds,
  });
  let held: PullBudget = observe(undefined, told(account.remaining(now)), stamp(now));
  const workers: Worker[] = [];
  const messages: Message[] = [];
  const act: Record<string, (n: number) => void> = {
    wait: (n) => {
      now += n;
    },
    // Every other one is answered at once.
    ask: (n) =>
      void messages.push({ askedAt: now, remaining: n % 2 ? account.remaining(now) : undefined }),
    answer(n) {
      const message = messages[n % messages.length];
      if (message) message.remaining ??= account.remaining(now);
    },
    tell(n) {
      const answered = messages.filter(({ remaining }) => remaining !== undefined);
      const message = answered[n % answered.length];
      if (message?.remaining === undefined) return;
      messages.splice(messages.indexOf(message), 1);
      held = observe(held, told(message.remaining), stamp(message.askedAt));
    },
    hold(n) {
      const request = { id: `w${ids++}`, pulls: n, reserve, now: stamp(now), holdSeconds: 600 };
      const answer = hold(held, request);
      expect(answer.granted === n || (answer.until ?? "") > request.now).toBe(true);
      held = answer.put ?? held;
      workers.push({ id: request.id, granted: answer.granted, until: now + 600, made: 0 });
    },
    pull(n) {
      const worker = workers[n % workers.length];
      if (!worker || now >= worker.until || worker.made >= worker.granted) return;
      const pulls = Math.min(1 + n, worker.granted - worker.made);
      for (let one = 0; one < pulls; one += 1) account.pull(now);
      worker.made += pulls;
      lowest = Math.min(lowest, account.remaining(now));
    },
    end(n) {
      const [worker] = workers.splice(n % Math.max(1, workers.length), 1);
      if (worker) held = release(held, worker.id, worker.made, stamp(now));
    },
    kill: (n) => void workers.splice(n % Math.max(1, workers.length), 1),
  };
  for (const { do: name, n } of done) act[name]?.(n);
  return { held, now, lowest };
}

describe.each([
  ["counts the last hour", slidingAccount],
  ["begins an hour with a pull", fixedAccount],
])("an account that %s", (_name, make) => {
  it.each([0, 0.25])("never goes below a reserve of %d", (reserve) => {
    fc.assert(
      fc.property(fc.nat({ max: limit }), steps, (foreign, done) => {
        const { lowest } = run(make(), foreign, reserve, done);
        expect(lowest).toBeGreaterThanOrEqual(limit * reserve);
      }),
      { numRuns: 1500 },
    );
  });

  it("has all to give again once everything is past", () => {
    fc.assert(
      fc.property(fc.nat({ max: limit }), steps, (foreign, done) => {
        const { held, now } = run(make(), foreign, 0.25, done);
        const later = stamp(now + windowSeconds + 600);
        const request = { id: "last", pulls: limit, reserve: 0.25, now: later, holdSeconds: 600 };
        expect(hold(held, request).granted).toBe(30);
      }),
    );
  });
});
