import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { InvocationContext, type Timer } from "@azure/functions";
import { beforeEach, describe, expect, it } from "vitest";
import { maxDequeueCount } from "../../src/domain/queue-names.ts";
import { reconcile } from "../../src/functions/reconcile.ts";
import { refreshWork } from "../../src/functions/refresh-work.ts";
import { ruleWork } from "../../src/functions/rule-work.ts";
import { sweepTimer } from "../../src/functions/sweep.ts";
import { requestRule } from "../../src/jobs/request-rule.ts";
import { type FakePorts, fakePorts } from "../fakes/ports.ts";
import { anna } from "../jobs/people.ts";

let ports: FakePorts;
let log: string[];

beforeEach(() => {
  ports = fakePorts();
  log = [];
});

function context(triggerMetadata: Record<string, unknown> = {}): InvocationContext {
  return new InvocationContext({
    triggerMetadata: triggerMetadata as Record<string, string>,
    logHandler: (_level, ...words) => void log.push(words.map(String).join(" ")),
  });
}

const message = { kind: "converge-rule", registry: "contoso", name: "nginx" };
const status = async () => (await ports.rules.get("contoso", "nginx"))?.value.status;

describe("the queue trigger", () => {
  const request = () =>
    requestRule(ports, "contoso", { name: "nginx", source: "docker.io/library/nginx" }, anna);

  it("listens on rule-work", () => {
    expect(ruleWork(() => ports)).toMatchObject({
      queueName: "rule-work",
      connection: "LarderStorage",
    });
  });

  it("takes that try for the last after which the host gives up", async () => {
    const text = await readFile(join(import.meta.dirname, "../../host.json"), "utf8");

    expect(maxDequeueCount).toBe(5);
    expect(JSON.parse(text)).toMatchObject({ extensions: { queues: { maxDequeueCount } } });
  });

  it("brings ARM to what was asked, and logs one line", async () => {
    await request();

    await ruleWork(() => ports).handler(message, context({ dequeueCount: 1 }));

    expect(await status()).toBe("active");
    expect(log).toHaveLength(1);
    expect(log[0]).toContain("contoso/nginx");
  });

  it.each([
    [1, "requested"],
    [4, "requested"],
    [5, "failed"],
    ["5", "failed"],
    [undefined, "requested"],
  ])("throws a bug on, which at try %s leaves the rule %s", async (dequeueCount, wanted) => {
    await request();
    ports.interruptions.interrupt("cacheRuleWriter.create", "before", () => {
      throw new TypeError("a bug");
    });

    const done = ruleWork(() => ports).handler(message, context({ dequeueCount }));

    await expect(async () => await done).rejects.toThrow("a bug");
    expect(await status()).toBe(wanted);
  });

  it.each([
    "not JSON",
    123,
    null,
    {},
    [],
    { ...message, kind: "other" },
    { ...message, name: "" },
    { ...message, registry: 1 },
  ])("throws on a message it cannot read: %j", async (entry) => {
    const done = async () => await ruleWork(() => ports).handler(entry, context());

    await expect(done).rejects.toThrow("The message cannot be read.");
    expect(ports.interruptions.calls()).toEqual([]);
  });
});

describe("the timer", () => {
  const timer = { isPastDue: false } as Timer;

  it("runs on the schedule of the settings and logs one line", async () => {
    const { schedule, handler } = reconcile(() => ports);

    await handler(timer, context());

    expect(schedule).toBe("%RECONCILE_SCHEDULE%");
    expect(log).toHaveLength(1);
    expect(log[0]).toContain("contoso");
  });

  it("fails when a registry could not be reconciled", async () => {
    ports.interruptions.interrupt("cacheRules.list", "before", () => {
      throw new TypeError("a bug");
    });

    await expect(
      async () => await reconcile(() => ports).handler(timer, context()),
    ).rejects.toThrow(/./);
  });
});

describe("the refresh worker's trigger", () => {
  const { queueName, connection, handler } = refreshWork(() => ports);

  it("hands messages of both kinds to their jobs, and logs one line each", async () => {
    await handler({ kind: "plan-refresh", registry: "contoso", refresh: "contoso-a" }, context());
    await handler(
      { kind: "refresh-repository", registry: "contoso", repository: "nginx" },
      context(),
    );

    expect([queueName, connection]).toEqual(["refresh-work", "LarderStorage"]);
    expect(log).toEqual([
      "contoso-a: that refresh is over",
      "contoso/nginx: no rule with a refresh policy, so its records are gone",
    ]);
  });

  it.each([
    ["nothing", undefined],
    ["another kind", { kind: "converge-rule", registry: "contoso", name: "nginx" }],
    ["no repository", { kind: "refresh-repository", registry: "contoso" }],
  ])("throws for %s, so that it ends in the poison queue", async (_what, message) => {
    await expect(async () => await handler(message, context())).rejects.toThrow(/cannot be read/);
  });
});

describe("the sweep's timer", () => {
  it("runs on the schedule of the settings and logs one line", async () => {
    const { schedule, handler } = sweepTimer(() => ports);

    await handler({ isPastDue: false } as Timer, context());

    expect(schedule).toBe("%SWEEP_SCHEDULE%");
    expect(log).toEqual([
      "contoso: 0 repositories to be kept fresh, 0 due, 0 no longer covered, 0 refreshes sent again",
    ]);
  });
});
