import { InvocationContext, type Timer } from "@azure/functions";
import { beforeEach, describe, expect, it } from "vitest";
import { reconcile } from "../../src/functions/reconcile.ts";
import { reportTimer } from "../../src/functions/report.ts";
import { rotationSweep } from "../../src/functions/rotation-sweep.ts";
import { sweepTimer } from "../../src/functions/sweep.ts";
import { type FakePorts, fakePorts } from "../fakes/ports.ts";

let ports: FakePorts;
let log: string[];

beforeEach(() => {
  ports = fakePorts();
  log = [];
});

const timers = [
  { job: "reconcile-rules", make: reconcile, everySeconds: 300, reads: "cacheRules.list" },
  { job: "sweep", make: sweepTimer, everySeconds: 300, reads: "tags.states" },
  { job: "rotations", make: rotationSweep, everySeconds: 3600, reads: "rotations.list" },
  { job: "report", make: reportTimer, everySeconds: 900, reads: "queues.counts" },
] as const;

async function run(make: (typeof timers)[number]["make"], of = () => ports) {
  const context = new InvocationContext({
    logHandler: (_level, ...words) => void log.push(words.map(String).join(" ")),
  });
  await make(of).handler({ isPastDue: false } as Timer, context);
}

describe.each(timers)("the timer of $job", ({ job, make, everySeconds, reads }) => {
  it("tells when it came to its end, how long it took and how often it runs", async () => {
    ports.interruptions.interrupt(reads, "after", () => ports.clock.advance(2.5));

    await run(make);

    expect(ports.signals.of("ScheduleRan")).toEqual([
      { name: "ScheduleRan", job, succeeded: true, seconds: 2.5, everySeconds },
    ]);
    expect(log).toHaveLength(1);
  });

  it("tells of a failed run, which fails all the same", async () => {
    ports.interruptions.interrupt(reads, "before", () => {
      throw new TypeError("a bug");
    });

    await expect(run(make)).rejects.toThrow("a bug");
    expect(ports.signals.of("ScheduleRan")).toEqual([
      { name: "ScheduleRan", job, succeeded: false, seconds: 0, everySeconds },
    ]);
    expect(log).toEqual([]);
  });

  it("tells nothing where the settings are wrong, and fails", async () => {
    const unset = () => {
      throw new Error("NotConfigured");
    };

    await expect(run(make, unset)).rejects.toThrow("NotConfigured");
  });
});

describe("the timer of the report", () => {
  it("runs on the schedule of the settings, and logs one line behind the signals", async () => {
    await run(reportTimer);

    expect(reportTimer(() => ports).schedule).toBe("%REPORT_SCHEDULE%");
    expect(log).toEqual([
      "queues: 6 told; budgets: 0 told; rules of contoso: 1 told; tags of contoso: 1 told; purges in contoso: 0 told; credential sets of contoso: 1 told",
    ]);
    expect(ports.signals.written.at(-1)).toMatchObject({ name: "ScheduleRan" });
  });
});
