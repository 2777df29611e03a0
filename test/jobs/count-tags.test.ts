import { describe, expect, it } from "vitest";
import type { TagStatus } from "../../src/domain/tag.ts";
import { countTags } from "../../src/jobs/count-tags.ts";
import { readFreshness } from "../../src/jobs/read-freshness.ts";
import { type FakePorts, fakePorts } from "../fakes/ports.ts";
import { putRepository, putRule, tag } from "../functions/tag-world.ts";

/* The clock stands at 2026-11-21T02:00. The rule asks for every six hours, so eighteen are allowed. */

function world(): FakePorts {
  const ports = fakePorts();
  putRule(ports, "grafana", { updatedAt: "2026-11-01T00:00:00.000Z" });
  return ports;
}

const some = (status: TagStatus, count: number, repository: string) =>
  Array.from({ length: count }, (_, number) => tag(`${status}-${number}`, { status, repository }));

/** Repositories with one fresh tag each, last compared then. */
async function checked(ports: FakePorts, at: Readonly<Record<string, string | undefined>>) {
  for (const [repository, checkedAt] of Object.entries(at))
    await putRepository(ports, {
      repository,
      tags: some("fresh", 1, repository),
      state: { checkedAt, listing: undefined },
    });
}

const none = {
  fresh: 0,
  cooling: 0,
  deferred: 0,
  stale: 0,
  refreshing: 0,
  unverified: 0,
  gone: 0,
  unknown: 0,
  pinned: 0,
  locked: 0,
};

describe("the tags of a registry", () => {
  it("are none where nothing was compared", async () => {
    expect(await countTags(world(), "contoso")).toEqual([
      { name: "TagsCounted", registry: "contoso", repositories: 0, overdue: 0, ...none },
    ]);
  });

  it("are counted as the status page shows them, from a row a repository", async () => {
    const ports = world();
    const repository = "grafana/a";
    const tags = [...some("fresh", 3, repository), ...some("gone", 2, repository)];
    await putRepository(ports, { repository, tags });
    const trouble = {
      message: "docker.io did not answer.",
      since: "2026-11-20T03:00:00.000Z",
      until: "2026-11-21T03:00:00.000Z",
    };
    await putRepository(ports, {
      repository: "grafana/b",
      tags: some("fresh", 4, "grafana/b"),
      state: { checkedAt: "2026-11-20T13:00:00.000Z", trouble },
    });
    const before = ports.interruptions.calls().length;

    const [counted] = await countTags(ports, "contoso");

    expect(ports.interruptions.calls().slice(before)).toEqual(["rules.read", "tags.states"]);
    expect(counted).toEqual({
      name: "TagsCounted",
      registry: "contoso",
      repositories: 2,
      overdue: 0,
      ...none,
      fresh: 3,
      gone: 2,
      unknown: 4,
      example: "grafana/b: docker.io did not answer.",
    });
    expect(counted).toMatchObject((await readFreshness(ports, "contoso")).counts);
  });

  it("are overdue after three times what the rule asks for, the latest told", async () => {
    const ports = world();
    await checked(ports, {
      "grafana/a": "2026-11-20T08:00:00.000Z",
      "grafana/b": "2026-11-20T07:59:59.000Z",
      "grafana/c": "2026-11-19T00:00:00.000Z",
      "grafana/d": "2026-11-21T01:00:00.000Z",
    });

    expect(await countTags(ports, "contoso")).toMatchObject([
      { overdue: 2, example: "grafana/c: last compared 2026-11-19T00:00:00.000Z" },
    ]);
  });

  it("are told with what keeps them from being compared", async () => {
    const ports = world();
    await putRepository(ports, {
      repository: "grafana/a",
      state: {
        checkedAt: undefined,
        trouble: {
          message: "docker.io answered 503.",
          since: "2026-11-20T00:00:00.000Z",
          until: "2026-11-21T03:00:00.000Z",
        },
      },
    });

    expect(await countTags(ports, "contoso")).toMatchObject([
      { overdue: 1, example: "grafana/a: never compared to the end. docker.io answered 503." },
    ]);
  });

  it.each([
    ["no rule serves", { target: "other/*" }],
    ["a rule without a policy serves", { refresh: undefined }],
    ["a rule that is not active serves", { status: "deleting" as const }],
  ])("are never overdue where %s", async (_, change) => {
    const ports = fakePorts();
    putRule(ports, "grafana", change);
    await checked(ports, { "grafana/a": "2026-01-01T00:00:00.000Z" });

    expect(await countTags(ports, "contoso")).toMatchObject([{ repositories: 1, overdue: 0 }]);
  });

  it("are overdue by the deployment's own word where the rule has none", async () => {
    const ports = fakePorts();
    putRule(ports, "grafana", { refresh: { tags: ["*"] }, updatedAt: "2026-01-01T00:00:00.000Z" });
    await checked(ports, { "grafana/a": "2026-11-20T07:59:59.000Z" });

    expect(await countTags(ports, "contoso")).toMatchObject([{ overdue: 1 }]);
  });
});
