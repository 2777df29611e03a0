import { throttle } from "../../src/azure/throttle.ts";
import { readConfig } from "../../src/config.ts";
import type { CacheRule } from "../../src/domain/cache-rule.ts";
import { isFinal } from "../../src/domain/operation.ts";
import type { Ports } from "../../src/domain/ports.ts";
import { reconcileRules } from "../../src/jobs/reconcile-rules.ts";
import { report as reportState } from "../../src/jobs/report.ts";
import { startRefresh } from "../../src/jobs/start-refresh.ts";
import { sweep } from "../../src/jobs/sweep.ts";
import { sweepRotations } from "../../src/jobs/sweep-rotations.ts";
import { larder } from "../../src/larder.ts";
import { deliver, inPhase, report } from "./client-protocol.ts";
import type {
  IdleTimer,
  LarderReport,
  LarderStep,
  LarderTask,
  StorageCounts,
} from "./larder-task.ts";
import { type Pump, queuePump } from "./queue-pump.ts";
import { countStorage } from "./storage-requests.ts";
import { platforms } from "./workload.ts";

/*
 * Larder itself, forked with a LarderTask: the composition and the jobs of production, with the queue
 * worked off here instead of by the host.
 */

/** More than a rule's interval when it names none (PT6H). */
const laterSeconds = 7 * 3600;
const by = { id: "bench", name: "bench", verified: true };

function compose({ places, storage, windowSeconds }: LarderTask): Ports {
  const rates = windowSeconds === undefined ? "off" : "tier";
  const settings = { ...places.settings, LarderStorage: storage, REGISTRY_RATES: rates };
  const made = larder(readConfig(settings));
  if (windowSeconds === undefined) return made;
  const { budgets, registries } = made;
  const quick = throttle(budgets, (name) => registries.tier(name), {
    rates: "tier",
    windowSeconds,
  });
  return { ...made, throttle: quick };
}

/** As if it had been asked for and made. */
async function recordRule(ports: Ports, { places }: LarderTask): Promise<void> {
  const now = ports.ambient.now();
  const rule: CacheRule = {
    registry: places.registryName,
    name: places.ruleName,
    source: "docker.io/*",
    target: "docker.io/*",
    credentialSet: places.credentialSet,
    refresh: { tags: ["*"], strategy: "purge", platforms, minimumAge: "PT0S" },
    status: "active",
    notes: [],
    requestedBy: by.name,
    requestedAt: now,
    updatedAt: now,
    operationId: "bench",
    attempts: 0,
  };
  await ports.rules.commit({ registry: places.registryName, put: { rule, etag: undefined } });
}

/** Answers how it ended. */
async function onDemand(ports: Ports, pump: Pump, registry: string, dryRun: boolean) {
  const { operation } = await startRefresh(ports, registry, { dryRun }, by);
  let ended = operation;
  await pump.until(async () => {
    ended = (await ports.refreshes.get(operation.id))?.value.operation ?? ended;
    return isFinal(ended);
  });
  return `${ended.status}: ${ended.result ?? ended.error?.message}`;
}

/** The same some hours later. */
function later(ports: Ports): Ports {
  const now = () => new Date(Date.now() + laterSeconds * 1000).toISOString();
  return { ...ports, ambient: { ...ports.ambient, now } };
}

/** Answers the sweep's line. It is over when every repository was gone over and nothing waits for another look. */
async function scheduled(ports: Ports, pump: Pump, { places, repositories }: LarderTask) {
  const since = ports.ambient.now();
  const line = await sweep(ports);
  await pump.until(async () => {
    const states = await ports.tags.states(places.registryName);
    const done = states.filter(
      ({ value: { checkedAt, followUpAt, pass } }) =>
        checkedAt !== undefined && checkedAt >= since && !followUpAt && !pass,
    );
    return done.length >= repositories.length;
  });
  return line;
}

const timers: Readonly<Record<IdleTimer, (ports: Ports) => Promise<string>>> = {
  "idle sweep": sweep,
  "idle reconcile": reconcileRules,
  "idle rotation sweep": sweepRotations,
  "idle report": reportState,
};

const isTimer = (step: LarderStep): step is IdleTimer => step in timers;

function take(step: LarderStep, ports: Ports, pump: Pump, task: LarderTask): Promise<string> {
  if (isTimer(step)) return timers[step](ports);
  if (step === "sweep" || step === "next sweep") return scheduled(ports, pump, task);
  return onDemand(ports, pump, task.places.registryName, step === "dry run");
}

async function run(task: LarderTask): Promise<LarderReport> {
  const ports = compose(task);
  const counted = countStorage(task.storage);
  await recordRule(ports, task);
  counted();
  const results: string[] = [];
  const failures: string[] = [];
  const storage: StorageCounts[] = [];
  for (const step of task.steps) {
    // What is idle is so right after the next sweep.
    const now = step === "next sweep" || isTimer(step) ? later(ports) : ports;
    const pump = queuePump(now, task.storage, failures);
    results.push(await inPhase(step, () => take(step, now, pump, task)));
    storage.push({ ...counted(), messages: pump.messages() });
  }
  return { ...report(), storage, results, failures };
}

void deliver(run(JSON.parse(process.argv[2] ?? "{}") as LarderTask));
