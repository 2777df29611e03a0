import { describe, expect, it } from "vitest";
import type { Budget, PullBudget } from "../../src/domain/budget.ts";
import { countBudgets } from "../../src/jobs/count-budgets.ts";
import { seeAwayTag } from "../../src/jobs/see-away-tag.ts";
import { fakePorts } from "../fakes/ports.ts";
import { repository, type Stage, stage } from "./refresh-stage.ts";

const start = "2026-11-21T02:00:00.000Z";
const later = "2026-11-21T02:20:00.000Z";

const limited = (limit: number, remaining: number): PullBudget => ({
  kind: "pulls",
  reading: { kind: "limited", limit, remaining, windowSeconds: 21_600 },
  readAt: start,
  spent: 0,
  holds: [],
});

async function counted(rows: Readonly<Record<string, Budget>>, reserve = 0.2) {
  const ports = fakePorts({ refreshSettings: { reserve } });
  for (const [key, put] of Object.entries(rows))
    await ports.budgets.update(key, () => ({ put, answer: undefined }));
  return countBudgets(ports);
}

describe("budgets", () => {
  it("are told of accounts that are limited, less what was spent and is held", async () => {
    const held = { spent: 10, spentAt: start, holds: [{ id: "a", pulls: 21, until: later }] };

    expect(
      await counted({ "pulls docker.io docker-hub": { ...limited(200, 150), ...held } }, 0.29),
    ).toEqual([
      {
        name: "BudgetCounted",
        upstream: "docker.io",
        account: "docker-hub",
        limit: 200,
        remaining: 119,
        percentLeft: 59,
        reservePercent: 29,
        readAt: start,
      },
    ]);
  });

  it("are at nothing where nothing is allowed", async () => {
    expect(await counted({ "pulls docker.io hub": limited(0, 0) })).toMatchObject([
      { remaining: 0, percentLeft: 0 },
    ]);
  });

  it("are not told where no limit is known, nor of anything else that is shared", async () => {
    expect(
      await counted({
        "pulls docker.io paid": { ...limited(1, 1), reading: { kind: "unlimited" } },
        "pulls docker.io new": { kind: "pulls", spent: 0, holds: [] },
        "requests contoso": { kind: "requests", startedAt: start, reads: 1, deletes: 0 },
        "purge contoso": { kind: "breaker", failures: 1, until: later, message: "busy" },
        "breaker docker.io": { kind: "breaker", failures: 0 },
        "breaker quay.io": { kind: "breaker", failures: 1, until: start, message: "over" },
      }),
    ).toEqual([]);
  });

  it("tell of upstreams that are left alone", async () => {
    const message = "docker.io answered 503.";

    expect(
      await counted({
        "breaker docker.io": { kind: "breaker", failures: 3, until: later, message },
      }),
    ).toEqual([{ name: "UpstreamPaused", upstream: "docker.io", until: later, message }]);
  });

  it("are read as refreshing writes them", async () => {
    const { ports, cached, push, sweep } = stage();
    ports.world.upstream.configure("docker.io", { limit: { pulls: 50, windowSeconds: 21_600 } });
    cached("latest");
    push("latest");
    ports.clock.advance(400);
    await sweep(600);

    expect(await countBudgets(ports)).toMatchObject([
      { name: "BudgetCounted", upstream: "docker.io", account: "docker-hub", limit: 50 },
    ]);
  });
});

describe("a tag whose purge went wrong", () => {
  const hide = ({ ports }: Stage, hidesTags: boolean) =>
    ports.world.upstream.configure("docker.io", { hidesTags });

  /** Purges "latest" while upstream hides its tags. */
  async function away(): Promise<Stage> {
    const set = stage({ policy: { strategy: "purge", platforms: ["linux/amd64", "linux/arm64"] } });
    set.ports.world.configure("contoso", { tagMode: "sticky" });
    set.cached("latest");
    await set.sweep(10);
    set.push("latest");
    set.ports.interruptions.interrupt("cache.untag", "after", () => hide(set, true));
    set.ports.clock.advance(21_600);
    await set.sweep(3);
    return set;
  }

  it("is told while it is away, and not when it is back", async () => {
    const set = await away();

    expect(await seeAwayTag(set.ports, "contoso")).toEqual([
      {
        name: "TagAway",
        registry: "contoso",
        repository,
        tag: "latest",
        message: expect.stringMatching(/^nginx:latest: ./),
      },
    ]);
    hide(set, false);
    await set.work(120);
    expect(set.listed("latest")).toBeDefined();
    expect(await seeAwayTag(set.ports, "contoso")).toEqual([]);
  });

  it("is not told when nobody waits for it any more", async () => {
    const set = await away();
    await set.ports.tags.forget("contoso", repository);

    expect(await seeAwayTag(set.ports, "contoso")).toEqual([]);
  });

  it("is none where nothing was ever purged", async () => {
    expect(await seeAwayTag(fakePorts(), "contoso")).toEqual([]);
  });
});
