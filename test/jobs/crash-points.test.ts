import { describe, expect, it } from "vitest";
import { LarderError } from "../../src/domain/errors.ts";
import { changeRule } from "../../src/jobs/change-rule.ts";
import { deleteRule } from "../../src/jobs/delete-rule.ts";
import { readRule } from "../../src/jobs/read-rule.ts";
import { requestRule } from "../../src/jobs/request-rule.ts";
import { type FakePorts, fakePorts } from "../fakes/ports.ts";
import { anna } from "./people.ts";
import { Killed, recover, work } from "./world.ts";

/*
 * Every call that a flow makes to the outside, killed before it and after it (done, answer lost),
 * failing, or failing for good for a while. Afterwards the caller asks again, as callers do,
 * messages are delivered again, and reconcile runs: the end must be the one of a quiet day.
 */

const nginx = {
  name: "nginx-rule",
  source: "docker.io/library/nginx",
  target: "nginx",
  credentialSet: "docker-hub",
};

interface Flow {
  readonly prepare: (ports: FakePorts) => Promise<unknown>;
  readonly ask: (ports: FakePorts) => Promise<unknown>;
  readonly end: (ports: FakePorts) => Promise<unknown>;
  readonly expected: unknown;
}

const summary = async (ports: FakePorts) => {
  const [live, { rules }] = await Promise.all([
    ports.cacheRules.list("contoso"),
    ports.rules.read("contoso"),
  ]);
  const operations = await Promise.all(
    rules.map(({ value }) => ports.operations.get(value.operationId)),
  );
  return {
    live: live.map(
      ({ name, target, credentialSet, provisioningState }) =>
        `${name} at ${target} with ${credentialSet ?? "none"}, ${provisioningState}`,
    ),
    rules: rules.map(({ value }) => `${value.name} ${value.status}${value.drift ? " drift" : ""}`),
    operations: operations.map((operation) => operation?.status),
    images: ports.images.names("contoso"),
  };
};
const create = (ports: FakePorts) => requestRule(ports, "contoso", nginx, anna);

const flows: Record<string, Flow> = {
  create: {
    prepare: async () => undefined,
    ask: create,
    end: summary,
    expected: {
      live: ["nginx-rule at nginx with docker-hub, Succeeded"],
      rules: ["nginx-rule active"],
      operations: ["Succeeded"],
      images: [],
    },
  },
  "change credential set": {
    prepare: async (ports) => {
      ports.sets.put("contoso", { name: "hub-two" });
      await create(ports);
      await work(ports);
    },
    ask: (ports) =>
      changeRule(ports, "contoso", "nginx-rule", { credentialSet: "hub-two" }, undefined, anna),
    end: summary,
    expected: {
      live: ["nginx-rule at nginx with hub-two, Succeeded"],
      rules: ["nginx-rule active"],
      operations: ["Succeeded"],
      images: [],
    },
  },
  "delete with images": {
    prepare: async (ports) => {
      await create(ports);
      await work(ports);
      ports.images.put("contoso", "nginx");
      ports.images.put("contoso", "other");
    },
    ask: (ports) => deleteRule(ports, "contoso", "nginx-rule", "delete", undefined, anna),
    end: summary,
    expected: { live: [], rules: [], operations: [], images: ["other"] },
  },
};

const killed = () => {
  throw new Killed("killed");
};
const failed = () => {
  throw new LarderError(
    "unavailable",
    { code: "ServerBusy", message: "busy" },
    { retryAfterSeconds: 3 },
  );
};

/** The caller's side: asks until it is told something that is not a broken connection or "try again". */
async function askUntilAnswered(flow: Flow, ports: FakePorts): Promise<void> {
  for (let tries = 0; tries < 20; tries += 1) {
    try {
      await flow.ask(ports);
      return;
    } catch (error) {
      const later =
        error instanceof Killed ||
        (error instanceof LarderError &&
          (error.reason === "unavailable" || error.problem.code === "RuleNotChangeable"));
      if (!later) throw error;
      ports.clock.advance(5);
      await work(ports, 2);
    }
  }
  throw new Error("never answered");
}

async function play(
  flow: Flow,
  disturb: (ports: FakePorts, from: number) => void,
): Promise<{ readonly end: unknown; readonly calls: readonly string[] }> {
  const ports = fakePorts();
  await flow.prepare(ports);
  const from = ports.interruptions.calls().length;
  disturb(ports, from);
  await askUntilAnswered(flow, ports);
  await work(ports);
  const calls = ports.interruptions.calls().slice(from);
  await recover(ports);
  ports.interruptions.clear();
  return { end: await flow.end(ports), calls };
}

describe.each(Object.entries(flows))("%s", (_name, flow) => {
  it("comes to its end on a quiet day", async () => {
    expect((await play(flow, () => undefined)).end).toEqual(flow.expected);
  });

  it.each([
    ["killed before", "before", killed, 1],
    ["killed after", "after", killed, 1],
    ["failing once before", "before", failed, 1],
    ["losing its answer", "after", failed, 1],
  ] as const)("comes to the same end with any one call %s it", async (_case, when, act, times) => {
    const { calls } = await play(flow, () => undefined);
    expect(calls.length).toBeGreaterThan(10);
    for (const [offset, call] of calls.entries()) {
      const { end } = await play(flow, (ports, from) =>
        ports.interruptions.interrupt(from + offset, when, act, times),
      );
      expect(end, `${call} (${offset})`).toEqual(flow.expected);
    }
  });

  it("comes to the same end with any two calls killed", async () => {
    const { calls } = await play(flow, () => undefined);
    let explored = 0;
    for (let first = 0; first < calls.length; first += 1) {
      for (let second = first + 1; second < calls.length + 6; second += 1) {
        const { end } = await play(flow, (ports, from) => {
          ports.interruptions.interrupt(from + first, "after", killed);
          ports.interruptions.interrupt(from + second, "before", killed);
        });
        expect(end, `${first}, ${second}`).toEqual(flow.expected);
        explored += 1;
      }
    }
    expect(explored).toBeGreaterThan(100);
  });
});

describe("what a crash may not do", () => {
  it("lose a request that was answered", async () => {
    const ports = fakePorts();
    await create(ports);
    ports.queue.take();

    await recover(ports);

    expect((await readRule(ports, "contoso", "nginx-rule")).rule.status).toBe("active");
  });
});
