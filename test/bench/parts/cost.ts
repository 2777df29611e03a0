import { settings } from "../../../src/settings.ts";
import type { Clients } from "../client-process.ts";
import { startCloud } from "../cloud-process.ts";
import { type IdleTimer, idleTimers } from "../larder-task.ts";
import { type LarderMeasurement, measureLarder, phaseOf } from "../measure.ts";
import { count, printTable } from "../table.ts";

/*
 * What a day of 1,000 tags comes to in things that Azure counts: executions, table requests, queue
 * messages. From measured requests of single runs and the default schedules; no prices.
 */

const tags = 1000;
const daySeconds = 86_400;
/** Sending, receiving and deleting a message. */
const requestsEachMessage = 3;

/** Seconds between two runs, by the default settings. */
const intervals: Readonly<Record<IdleTimer, number>> = {
  "idle sweep": Number(settings.SWEEP_EVERY_SECONDS.default),
  "idle reconcile": Number(settings.RECONCILE_EVERY_SECONDS.default),
  "idle rotation sweep": Number(settings.ROTATION_EVERY_SECONDS.default),
  "idle report": Number(settings.REPORT_EVERY_SECONDS.default),
};
/** REFRESH_EVERY is PT6H. */
const passesADay = 4;

export async function cost(clients: Clients): Promise<void> {
  const cloud = await startCloud({ workload: tags });
  try {
    const steps = ["sweep", "next sweep", ...idleTimers] as const;
    print(await measureLarder(clients, cloud, tags, steps));
  } finally {
    await cloud.close();
  }
}

interface Counts {
  readonly what: string;
  readonly runs: number;
  readonly executions: number;
  readonly tables: number;
  readonly messages: number;
  /** Sending, receiving and deleting them, and counting queues. */
  readonly queues: number;
  readonly registry: number;
  readonly upstream: number;
}

function countsOf(larder: LarderMeasurement, phase: string, what: string, runs: number): Counts {
  const { storage, totals } = phaseOf(larder, phase);
  const { tables = 0, messages = 0, queues: asked = 0 } = storage ?? {};
  const { registry, upstream } = totals;
  // Where messages are worked off, the polling of this process is in what was asked.
  const queues = messages > 0 ? messages * requestsEachMessage : asked;
  return { what, runs, executions: messages + 1, tables, messages, queues, registry, upstream };
}

function print(larder: LarderMeasurement): void {
  const first = countsOf(larder, "sweep", "the first sweep, 10 tags refreshed (once)", 1);
  const daily = [
    countsOf(larder, "next sweep", `pass over ${count(tags)} unchanged tags`, passesADay),
    ...idleTimers.map((timer) =>
      countsOf(larder, timer, `${timer}, nothing to do`, daySeconds / intervals[timer]),
    ),
  ];
  const row = ({
    what,
    runs,
    executions,
    tables,
    messages,
    queues,
    registry,
    upstream,
  }: Counts) => [
    what,
    count(runs),
    ...[executions, tables, messages, queues, registry, upstream].map((each) => count(each * runs)),
  ];
  const total = (key: Exclude<keyof Counts, "what">) =>
    daily.reduce((sum, one) => sum + one[key] * (key === "runs" ? 1 : one.runs), 0);
  const sum: Counts = {
    what: "a day",
    runs: 1,
    executions: total("executions"),
    tables: total("tables"),
    messages: total("messages"),
    queues: total("queues"),
    registry: total("registry"),
    upstream: total("upstream"),
  };
  printTable(
    `Cost: ${count(tags)} tags in 10 repositories of one registry, default schedules`,
    [
      "what",
      "runs a day",
      "executions",
      "table requests",
      "queue messages",
      "queue requests",
      "to ACR",
      "to upstream",
    ],
    [row(first), ...daily.map(row), row(sum)],
    [
      "Columns are totals of a day (of the first sweep: once). The host's polling of three queues comes besides, while an instance runs.",
    ],
  );
}
