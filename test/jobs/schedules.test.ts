import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LarderError } from "../../src/domain/errors.ts";
import { targetsOverlap } from "../../src/domain/mapping.ts";
import { changeRule } from "../../src/jobs/change-rule.ts";
import { convergeRule } from "../../src/jobs/converge-rule.ts";
import { deleteRule } from "../../src/jobs/delete-rule.ts";
import { reconcileRules } from "../../src/jobs/reconcile-rules.ts";
import { requestRule } from "../../src/jobs/request-rule.ts";
import { deep } from "../deep.ts";
import { type FakePorts, fakePorts } from "../fakes/ports.ts";
import { anna } from "./people.ts";
import { Killed, recover } from "./world.ts";

/*
 * Random days: callers ask, change and delete at once, messages come in any order and twice, timers
 * fire, ARM is slow or fails, and any call to the outside is killed, fails or loses its answer.
 */

const name = fc.constantFrom("rule-a", "rule-b", "rule-c");
const target = fc.constantFrom("x/*", "x/y/*", "x/z", "z", "*");
const request = fc.record({ kind: fc.constant("request" as const), name, target });
const act = fc.oneof(
  { weight: 5, arbitrary: request },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("delete" as const), name }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("change" as const),
      name,
      set: fc.constantFrom("docker-hub", "hub-two"),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant("deliver" as const), twice: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: "reconcile" as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: "slow" as const }) },
);
type Act = typeof act extends fc.Arbitrary<infer A> ? A : never;

const trouble = fc.record({
  call: fc.nat(120),
  when: fc.constantFrom("before" as const, "after" as const),
  how: fc.constantFrom("killed" as const, "failed" as const),
});
/** Acts of one round run at the same time; between rounds time passes. */
const day = fc.record({
  rounds: fc.array(fc.array(act, { minLength: 1, maxLength: 4 }), { maxLength: 8 }),
  troubles: fc.array(trouble, { maxLength: 6 }),
});

const kill = () => {
  throw new Killed("killed");
};
const fault = () => {
  throw new LarderError("unavailable", { code: "ServerBusy", message: "busy" });
};

async function carryOut(ports: FakePorts, one: Act): Promise<unknown> {
  switch (one.kind) {
    case "request": {
      const source = one.target.endsWith("*") ? "docker.io/team/*" : "docker.io/team/app";
      return requestRule(
        ports,
        "contoso",
        { name: one.name, source, target: one.target, credentialSet: "docker-hub" },
        anna,
      );
    }
    case "delete":
      return deleteRule(ports, "contoso", one.name, "keep", undefined, anna);
    case "change":
      return changeRule(ports, "contoso", one.name, { credentialSet: one.set }, undefined, anna);
    case "deliver": {
      const messages = ports.queue.take();
      const runs = [...messages, ...(one.twice ? messages : [])].map((message) =>
        convergeRule(ports, message, false),
      );
      return Promise.allSettled(runs);
    }
    case "reconcile":
      return reconcileRules(ports);
    case "slow":
      return ports.arm.next({ kind: "slow" });
  }
}

async function play({
  rounds,
  troubles,
}: typeof day extends fc.Arbitrary<infer D> ? D : never): Promise<FakePorts> {
  const ports = fakePorts();
  ports.sets.put("contoso", { name: "hub-two" });
  for (const { call, when, how } of troubles)
    ports.interruptions.interrupt(call, when, how === "killed" ? kill : fault);
  for (const round of rounds) {
    const outcomes = await Promise.allSettled(round.map((one) => carryOut(ports, one)));
    // A refusal or a planned trouble is an answer; anything else is a bug.
    for (const outcome of outcomes)
      if (
        outcome.status === "rejected" &&
        !(
          outcome.reason instanceof LarderError ||
          outcome.reason instanceof Killed ||
          outcome.reason instanceof AggregateError
        )
      )
        throw outcome.reason;
    ports.clock.advance(7);
  }
  ports.interruptions.clear();
  // Every act that made ARM slow slows one more operation down; each round lets those that began end.
  for (let round = 0; round < 8; round += 1) {
    ports.arm.settle();
    await recover(ports);
  }
  return ports;
}

describe("after any day, once faults stop", () => {
  it("nothing waits, nothing overlaps, and records and ARM agree", async () => {
    let days = 0;
    let rules = 0;
    await fc.assert(
      fc.asyncProperty(day, async (one) => {
        const ports = await play(one);
        const live = await ports.cacheRules.list("contoso");
        const { rules: stored } = await ports.rules.read("contoso");
        const records = stored.map(({ value }) => value);
        const operations = await Promise.all(
          records.map(({ operationId }) => ports.operations.get(operationId)),
        );

        expect(ports.queue.waiting()).toEqual([]);
        expect(records.filter(({ status }) => !["active", "failed"].includes(status))).toEqual([]);
        expect(
          records
            .filter(({ status }) => status === "active")
            .map(({ name: n, target: t, credentialSet }) => `${n} ${t} ${credentialSet ?? ""}`),
        ).toEqual(
          live
            .map(({ name: n, target: t, credentialSet }) => `${n} ${t} ${credentialSet ?? ""}`)
            .sort(),
        );
        expect(records.filter(({ drift }) => drift !== undefined)).toEqual([]);
        expect(
          live.flatMap((a, index) =>
            live.slice(index + 1).filter((b) => targetsOverlap(a.target, b.target)),
          ),
        ).toEqual([]);
        expect(operations.map((operation) => operation?.status)).toEqual(
          records.map(({ status }) => (status === "active" ? "Succeeded" : "Failed")),
        );
        days += 1;
        rules += live.length;
      }),
      { numRuns: deep ? 30_000 : 300, seed: 20261121, endOnFailure: !deep },
    );
    expect(days).toBeGreaterThanOrEqual(deep ? 30_000 : 300);
    expect(rules).toBeGreaterThan(days / 3);
  });
});
