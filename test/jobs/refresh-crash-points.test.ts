import { describe, expect, it } from "vitest";
import { LarderError } from "../../src/domain/errors.ts";
import type { RefreshMessage } from "../../src/domain/messages.ts";
import { sweep } from "../../src/jobs/sweep.ts";
import { sample } from "../deep.ts";
import type { FakePorts } from "../fakes/ports.ts";
import { handle, repository, type Stage, stage } from "./refresh-stage.ts";
import { Killed } from "./world.ts";

/*
 * Every call that a refresh makes to the outside, killed before it and after it (done, answer lost),
 * failing, or failing without its answer. Messages are delivered again, sweeps run: the end must be the
 * one of a quiet day, no tag may ever be away without the registry holding what it was and is to be,
 * and nobody may be left waiting.
 */

const both = ["linux/amd64", "linux/arm64"];

const flows = {
  "touch on schedule": { policy: {}, mode: "refresh", onDemand: false },
  "purge on schedule": { policy: { strategy: "purge" }, mode: "sticky", onDemand: false },
  "touch, then purge, on demand": { policy: {}, mode: "sticky", onDemand: true },
} as const;
type Flow = (typeof flows)[keyof typeof flows];

interface Play extends Stage {
  readonly moved: Readonly<Record<string, string>>;
  readonly old: Readonly<Record<string, string>>;
}

function begin({ policy, mode }: Flow): Play {
  const set = stage({ policy: { platforms: both, ...policy } });
  const { ports, cached, push } = set;
  ports.world.configure("contoso", { tagMode: mode });
  const names = ["latest", "1.1", "1.2"];
  const old = Object.fromEntries(names.map((tag) => [tag, cached(tag)]));
  cached("other");
  const moved = Object.fromEntries(names.map((tag) => [tag, push(tag)]));
  push("other");
  ports.clock.advance(400);
  return { ...set, moved, old };
}

/** Plays the platform for some hours: a message whose worker fails comes again, the sweep runs every five minutes. */
async function live({ ports }: Play, watch: () => void): Promise<void> {
  const again: { message: RefreshMessage; at: number }[] = [];
  for (let minute = 0; minute < 240; minute += 1) {
    const due = again.filter(({ at }) => at <= minute);
    for (const one of due) again.splice(again.indexOf(one), 1);
    for (const message of [...due.map((one) => one.message), ...ports.refreshQueue.take()])
      await handle(ports, message).catch((error: unknown) => {
        expectTrouble(error);
        again.push({ message, at: minute + 1 });
      });
    watch();
    ports.clock.advance(60);
    if (minute % 5 === 0) await sweep(ports).catch(expectTrouble);
  }
}

function expectTrouble(error: unknown): void {
  const known =
    error instanceof Killed || error instanceof LarderError || error instanceof AggregateError;
  if (!known) throw error;
}

async function play(flow: Flow, disturb: (ports: FakePorts, from: number) => void) {
  const set = begin(flow);
  const { ports, moved, old, listed } = set;
  const { manifests } = ports.world.images("contoso").repositories.get(repository) ?? {};
  const id = flow.onDemand ? await set.ask({}) : undefined;
  const from = ports.interruptions.calls().length;
  disturb(ports, from);
  let away = 0;
  await live(set, () => {
    for (const [tag, digest] of Object.entries(moved)) {
      if (listed(tag) !== undefined) continue;
      away += 1;
      expect(manifests?.has(digest), `${tag} away without its replacement`).toBe(true);
      expect(manifests?.has(old[tag] ?? ""), `${tag} away without its last copy`).toBe(true);
      expect(ports.world.canPull("contoso", repository, tag).kind).toBe("served");
    }
  });
  const calls = ports.interruptions.calls().slice(from);
  ports.interruptions.clear();
  const { tags } = await ports.tags.list("contoso", { limit: 50 });
  const operation = id === undefined ? undefined : await ports.refreshes.get(id);
  return {
    calls,
    away,
    end: {
      records: tags.map(({ tag, status, cached }) => [tag, status, cached === moved[tag]]),
      listed: Object.entries(moved).map(([tag, digest]) => listed(tag) === digest),
      other: ports.world.log.filter(
        (one) => (one.kind === "untag" && one.tag === "other") || one.kind === "removeManifest",
      ).length,
      operation: operation?.value.operation.status,
      counts: (await ports.tags.state("contoso", repository))?.value.counts,
    },
  };
}

const quiet = (onDemand: boolean) => ({
  records: [
    ["1.1", "fresh", true],
    ["1.2", "fresh", true],
    ["latest", "fresh", true],
  ],
  listed: [true, true, true],
  other: 0,
  operation: onDemand ? "Succeeded" : undefined,
  counts: { fresh: 3 },
});

const killed = () => {
  throw new Killed("killed");
};
const failed = () => {
  throw new LarderError("unavailable", { code: "ServerBusy", message: "busy" });
};

describe.each(Object.entries(flows))("%s", (_name, flow) => {
  it("comes to its end on a quiet day", async () => {
    expect((await play(flow, () => undefined)).end).toMatchObject(quiet(flow.onDemand));
  });

  it.each([
    ["killed before", "before", killed],
    ["killed after", "after", killed],
    ["failing before", "before", failed],
    ["losing its answer", "after", failed],
  ] as const)("comes to the same end with any one call %s it", async (_case, when, act) => {
    const { calls } = await play(flow, () => undefined);
    expect(calls.length).toBeGreaterThan(40);
    const points = sample([...calls.slice(0, 130).entries()], 40);
    for (const [offset, call] of points) {
      // Pulls and heads answer instead of failing; a kill hits them all the same.
      if (act === failed && /^(pulls|upstreams)\./.test(call)) continue;
      const { end } = await play(flow, (ports, from) =>
        ports.interruptions.interrupt(from + offset, when, act),
      );
      const wanted = quiet(flow.onDemand);
      expect(end, `${call} (${offset})`).toMatchObject({ ...wanted, counts: expect.anything() });
    }
  });
});
