import { AsyncLocalStorage } from "node:async_hooks";
import type { CacheRule } from "../../src/domain/cache-rule.ts";
import { LarderError } from "../../src/domain/errors.ts";
import type { RefreshMessage } from "../../src/domain/messages.ts";
import { planRefresh } from "../../src/jobs/plan-refresh.ts";
import { refreshRepository } from "../../src/jobs/refresh-repository.ts";
import { imagePortsWorld } from "../fakes/image-ports.ts";
import type { ImageWorld } from "../fakes/image-world.ts";
import { type FakePorts, fakePorts } from "../fakes/ports.ts";
import {
  type Day,
  keptTags,
  type RepositoryName,
  repositoryNames,
  sources,
} from "./refresh-days.ts";
import { Killed } from "./world.ts";

/** A registry with its upstream, Larder at work on it, and a twin of the registry that is left to itself. */
export interface RefreshWorld {
  readonly day: Day;
  readonly ports: FakePorts;
  /** The same registry before the same upstream, used by the same people: without Larder. */
  readonly twin: ImageWorld;
  /** Ids of refreshes that are only to say what they would do. */
  readonly dryRuns: Set<string>;
  /** Tags as "nginx:latest" that are pinned since an earlier round, and since this one. */
  readonly pinned: Set<string>;
  readonly pinning: Set<string>;
  /** Messages that will be delivered again because their worker failed. */
  readonly again: {
    readonly message: RefreshMessage;
    readonly tries: number;
    readonly at: number;
  }[];
  /** Since when the registry's lists end early without a sign, if they do. */
  partialSince: number | undefined;
  /** How often others changed something. */
  changes: number;
  /** Whether the world changed this round while workers were on their way. */
  disturbed: boolean;
  /** Whether anybody asked for a real refresh. */
  asked: boolean;
}

/** What the worker that is making the current call does. */
export const working = new AsyncLocalStorage<{ readonly dryRun: boolean }>();

export const registry = "contoso";
const set = "docker-hub";

const staticRule = { name: "nginx-rule", source: sources.nginx, target: "nginx" };
export const teamRule = { name: "team-rule", source: "docker.io/acme/*", target: "team/*" };

/** As ARM has it. */
export function putRule({ ports }: Pick<RefreshWorld, "ports">, rule: typeof teamRule): void {
  ports.arm.put(registry, { ...rule, credentialSet: set });
}

export function refreshWorld(day: Day): RefreshWorld {
  const ports = fakePorts({ pausesTakeTime: true });
  for (const one of [staticRule, teamRule]) {
    ports.table.seed(recorded(day, one));
    putRule({ ports }, one);
  }
  const secrets = `https://contoso.vault.azure.net/secrets/${set}`;
  ports.shelf.seed(`${secrets}-username`, "larderbot");
  ports.shelf.seed(`${secrets}-token`, "dckr_pat_x");
  const twin = imagePortsWorld({
    clock: ports.clock,
    registries: [registry],
    upstream: ports.world.upstream,
    rules: (name) => ports.arm.live(name),
    credentialSets: ports.sets,
    vault: ports.shelf,
  });
  if (day.limit !== undefined)
    ports.world.upstream.configure("docker.io", {
      limit: { pulls: day.limit, windowSeconds: 21_600 },
    });
  const world: RefreshWorld = {
    day,
    ports,
    twin,
    dryRuns: new Set(),
    pinned: new Set(),
    pinning: new Set(),
    again: [],
    partialSince: undefined,
    changes: 0,
    disturbed: false,
    asked: false,
  };
  for (const repository of repositoryNames) stock(world, repository);
  for (const images of bothOf(world)) images.configure(registry, day.modes);
  return world;
}

/** Both worlds, for what happens to both. */
export const bothOf = ({ ports, twin }: RefreshWorld) => [ports.world, twin];

/** Tags that people have pulled before Larder came, some of them for one platform only. */
function stock(world: RefreshWorld, repository: RepositoryName): void {
  const { upstream } = world.ports.world;
  for (const tag of ["latest", "1.2", "2.0"]) {
    upstream.push(sources[repository], tag);
    const platforms = tag === "1.2" ? ["linux/amd64"] : ["linux/amd64", "linux/arm64"];
    for (const one of bothOf(world)) one.seed(registry, repository, tag, platforms);
  }
}

/** Larder's record of a rule. */
function recorded({ policy }: Day, rule: typeof teamRule): CacheRule {
  const at = "2026-11-01T00:00:00.000Z";
  return {
    ...rule,
    registry,
    credentialSet: set,
    refresh: policy,
    status: "active",
    notes: [],
    requestedBy: "anna",
    requestedAt: at,
    updatedAt: at,
    operationId: `${registry}-aaaaaaaaaaaaaaaaaaaaaaaaaa`,
    attempts: 1,
  };
}

/** The patterns of every day's policy, by hand. */
export const isKept = (tag: string) => keptTags.includes(tag);

/** Messages that are visible now, those of failed workers among them. */
export function takeMessages(world: RefreshWorld): { message: RefreshMessage; tries: number }[] {
  const now = world.ports.clock.milliseconds();
  const due = world.again.filter(({ at }) => at <= now);
  const later = world.again.filter(({ at }) => at > now);
  world.again.splice(0, world.again.length, ...later);
  const fresh = world.ports.refreshQueue.take().map((message) => ({ message, tries: 1 }));
  return [...due, ...fresh];
}

/** Tries the host gives a message before it goes to the poison queue (host.json maxDequeueCount). */
const maxDequeueCount = 5;

/** A worker at one message. A worker that fails leaves the message to be delivered again. */
export async function deliver(
  world: RefreshWorld,
  { message, tries }: { readonly message: RefreshMessage; readonly tries: number },
): Promise<void> {
  const { ports, dryRuns, again } = world;
  const dryRun = message.refresh !== undefined && dryRuns.has(message.refresh);
  try {
    await working.run({ dryRun }, () =>
      message.kind === "plan-refresh"
        ? planRefresh(ports, message)
        : refreshRepository(ports, message),
    );
  } catch (error) {
    if (!isExpected(error)) throw error;
    const at = ports.clock.milliseconds() + 30_000;
    if (tries < maxDequeueCount) again.push({ message, tries: tries + 1, at });
  }
}

/** A planned trouble or a refusal; anything else that a job throws is a bug. */
export function isExpected(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.every(isExpected);
  return error instanceof LarderError || error instanceof Killed;
}
