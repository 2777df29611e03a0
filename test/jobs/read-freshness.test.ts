import { describe, expect, it } from "vitest";
import type { TagStatus } from "../../src/domain/tag.ts";
import { readFreshness } from "../../src/jobs/read-freshness.ts";
import { type FakePorts, fakePorts } from "../fakes/ports.ts";
import { putRepository, putRule, tag } from "../functions/tag-world.ts";

function world(): FakePorts {
  const ports = fakePorts();
  putRule(ports, "grafana");
  return ports;
}

const some = (status: TagStatus, count: number, repository: string) =>
  Array.from({ length: count }, (_, number) => tag(`${status}-${number}`, { status, repository }));

describe("the freshness of a registry", () => {
  it("is nothing where nothing was compared", async () => {
    expect(await readFreshness(world(), "contoso")).toEqual({
      repositories: 0,
      counts: {},
      oldestCheckAt: undefined,
      unchecked: 0,
      troubles: [],
      attention: [],
    });
  });

  it("adds repositories up, and tells what holds them up", async () => {
    const ports = world();
    const at = "2026-11-21T01:30:00.000Z";
    await putRepository(ports, {
      repository: "grafana/a",
      tags: some("fresh", 3, "grafana/a"),
      state: { listing: { complete: false, message: "3 of 5 tags were listed.", at } },
    });
    await putRepository(ports, {
      repository: "grafana/b",
      tags: [...some("fresh", 2, "grafana/b"), ...some("cooling", 1, "grafana/b")],
      state: { checkedAt: "2026-11-20T22:00:00.000Z" },
    });
    await putRepository(ports, {
      repository: "grafana/c",
      tags: some("fresh", 4, "grafana/c"),
      state: {
        checkedAt: undefined,
        trouble: { message: "docker.io did not answer.", since: at, until: at },
      },
    });

    expect(await readFreshness(ports, "contoso")).toMatchObject({
      repositories: 3,
      counts: { fresh: 5, cooling: 1, unknown: 4 },
      oldestCheckAt: "2026-11-20T22:00:00.000Z",
      unchecked: 1,
      troubles: [
        { repository: "grafana/a", message: "3 of 5 tags were listed.", since: at },
        { repository: "grafana/c", message: "docker.io did not answer.", since: at },
      ],
    });
  });

  it("shows twenty tags at most, worst first, and reads no more than those", async () => {
    const ports = world();
    const repository = "grafana/a";
    await putRepository(ports, {
      repository,
      tags: [
        ...some("fresh", 30, repository),
        ...some("deferred", 9, repository),
        ...some("stale", 30, repository),
        ...some("gone", 4, repository),
        ...some("unverified", 2, repository),
      ],
    });
    const before = ports.interruptions.calls().length;

    const { attention } = await readFreshness(ports, "contoso");

    expect(attention.map(({ record }) => record.status)).toEqual([
      ...Array.from({ length: 2 }, () => "unverified"),
      ...Array.from({ length: 4 }, () => "gone"),
      ...Array.from({ length: 14 }, () => "stale"),
    ]);
    const lists = ports.interruptions.calls().slice(before);
    expect(lists.filter((call) => call === "tags.list")).toHaveLength(3);
  });
});
