import { LarderError } from "../../src/domain/errors.ts";
import { pinTag, unpinTag } from "../../src/jobs/pin-tag.ts";
import { startRefresh } from "../../src/jobs/start-refresh.ts";
import { sweep } from "../../src/jobs/sweep.ts";
import type { UpstreamHost } from "../fakes/image-upstream.ts";
import { anna } from "./people.ts";
import { type Act, type HappeningAct, keptTags, sources } from "./refresh-days.ts";
import {
  bothOf,
  deliver,
  isExpected,
  putRule,
  type RefreshWorld,
  registry,
  takeMessages,
  teamRule,
} from "./refresh-world.ts";
import { Killed } from "./world.ts";

const calm: Partial<UpstreamHost> = {
  down: false,
  throttled: undefined,
  hidesTags: false,
  rateHeaders: "normal",
};
const moods: Readonly<Record<string, Partial<UpstreamHost>>> = {
  calm,
  down: { ...calm, down: true },
  throttled: { ...calm, throttled: { retryAfterSeconds: 90 } },
  hidesTags: { ...calm, hidesTags: true },
  badHeaders: { ...calm, rateHeaders: "malformed" },
};

/** What others do: at once, in both worlds. */
export function happen(world: RefreshWorld, one: HappeningAct): void {
  world.changes += 1;
  const { upstream } = world.ports.world;
  switch (one.kind) {
    case "push": {
      const { platforms, changed } = one;
      upstream.push(sources[one.repository], one.tag, { platforms, ...(changed && { changed }) });
      return;
    }
    case "pushAll":
      for (const source of Object.values(sources))
        for (const tag of keptTags) upstream.push(source, tag, { platforms: one.platforms });
      return;
    case "rollback": {
      const [first] =
        world.ports.world.images(registry).repositories.get(one.repository)?.manifests.values() ??
        [];
      if (first) upstream.point(sources[one.repository], one.tag, first.digest);
      return;
    }
    case "delete":
      return upstream.delete(sources[one.repository], one.tag);
    case "upstream":
      return upstream.configure("docker.io", moods[one.mood] ?? calm);
    case "registry":
      for (const images of bothOf(world)) images.configure(registry, one.change);
      if ("listing" in one.change) noteListing(world, one.change.listing);
      return;
    case "lock":
      for (const images of bothOf(world))
        images.lock(registry, one.repository, one.tag, one.locked);
      return;
    case "pull":
      for (let time = 0; time < one.times; time += 1)
        for (const images of bothOf(world))
          images.userPull(registry, one.repository, one.tag, one.platform);
      return;
    case "set":
      return world.ports.sets.put(registry, {
        name: "docker-hub",
        health: { status: one.healthy ? "Healthy" : "Unhealthy" },
      });
    case "rule":
      return one.there ? putRule(world, teamRule) : world.ports.arm.delete(registry, teamRule.name);
  }
}

function noteListing(world: RefreshWorld, listing: "whole" | "partial"): void {
  if (listing === "whole") world.partialSince = undefined;
  else world.partialSince ??= world.ports.clock.milliseconds();
}

type Doing = Exclude<Act, HappeningAct>;

/** What Larder's own triggers and callers do. */
async function carryOut(world: RefreshWorld, one: Doing): Promise<void> {
  const { ports } = world;
  switch (one.kind) {
    case "sweep":
      await sweep(ports);
      return;
    case "deliver": {
      const messages = takeMessages(world);
      if (one.how === "reversed") messages.reverse();
      if (one.how === "lost") return;
      await all(
        [...messages, ...(one.how === "twice" ? messages : [])].map((message) =>
          deliver(world, message),
        ),
      );
      return;
    }
    case "work":
      await sweepAndWork(world, one.seconds);
      return;
    case "refresh": {
      const { kind: _, ...request } = one;
      const { operation } = await startRefresh(ports, registry, request, anna);
      if (one.dryRun) world.dryRuns.add(operation.id);
      return;
    }
    case "pin": {
      const { repository, tag, pinned } = one;
      const image = `${repository}:${tag}`;
      if (!pinned) world.pinned.delete(image);
      if (!pinned) await unpinTag(ports, registry, { repository, tag }, anna);
      else await pinTag(ports, registry, { repository, tag, reason: "an incident" }, anna);
      if (pinned) world.pinning.add(image);
      return;
    }
  }
}

/** Waits for all; the first that is no planned trouble is thrown. */
async function all(runs: readonly Promise<unknown>[]): Promise<void> {
  for (const outcome of await Promise.allSettled(runs))
    if (outcome.status === "rejected" && !isExpected(outcome.reason)) throw outcome.reason;
}

const isDoing = (one: Act): one is Doing => /^(sweep|deliver|work|refresh|pin)$/.test(one.kind);

/** One round: first what others do, then everything of Larder's at the same time. */
export async function playRound(world: RefreshWorld, acts: readonly Act[]): Promise<void> {
  world.disturbed = false;
  for (const one of acts) if (!isDoing(one)) happen(world, one);
  const doings = acts.filter(isDoing);
  if (doings.some((one) => one.kind === "refresh" && !one.dryRun)) world.asked = true;
  await all(doings.map((one) => carryOut(world, one)));
  for (const image of world.pinning) world.pinned.add(image);
  world.pinning.clear();
}

/** Plans what goes wrong around calls by their number. */
export function planTroubles(world: RefreshWorld): void {
  const { interruptions, clock } = world.ports;
  for (const { call, when, how } of world.day.troubles)
    interruptions.interrupt(call, when, () => {
      if (how === "killed") throw new Killed("killed");
      if (how === "failed")
        throw new LarderError("unavailable", { code: "ServerBusy", message: "busy" });
      world.disturbed = true;
      if (how === "slow") clock.advance(200);
      else happen(world, how);
    });
}

/** Until messages that were lost are taken for lost, and the leases of killed workers have run out. */
const forgottenSeconds = 1800;

/** From now on nothing goes wrong any more; how ACR treats a tag that moved is no fault. */
export function calmDown(world: RefreshWorld): void {
  world.changes += 1;
  world.partialSince = undefined;
  world.ports.interruptions.clear();
  world.ports.world.upstream.configure("docker.io", { ...calm, limit: undefined });
  world.ports.sets.put(registry, { name: "docker-hub", health: { status: "Healthy" } });
  putRule(world, teamRule);
  for (const images of bothOf(world))
    images.configure(registry, {
      import: "late",
      importDelaySeconds: 20,
      listing: "whole",
      unknownAfterDelete: false,
      badGatewayAfterMoveSeconds: 0,
      down: false,
      throttled: undefined,
    });
  world.ports.clock.advance(forgottenSeconds);
}

/** Sweeps once, and delivers every message that becomes visible within so many seconds, in their time. */
export async function sweepAndWork(world: RefreshWorld, seconds: number): Promise<void> {
  const { clock, refreshQueue } = world.ports;
  const end = clock.milliseconds() + seconds * 1000;
  await sweep(world.ports);
  for (let round = 0; round < 500; round += 1) {
    await all(takeMessages(world).map((message) => deliver(world, message)));
    const times = [
      ...refreshQueue.waiting().map(({ visibleAt }) => Date.parse(visibleAt)),
      ...world.again.map(({ at }) => at),
    ].sort((a, b) => a - b);
    const [next] = times;
    if (next === undefined || next > end) break;
    clock.advance(Math.max(0, (next - clock.milliseconds()) / 1000));
  }
  clock.advance(Math.max(0, (end - clock.milliseconds()) / 1000));
}
