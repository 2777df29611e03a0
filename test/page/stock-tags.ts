import type { FakePorts } from "../fakes/ports.ts";
import { digest, newDigest, oldDigest, putRepository, tag } from "../functions/tag-world.ts";

const nginx = "docker.io/library/nginx";
const trouble = {
  message: "docker.io lets us ask no more before 03:00.",
  since: "2026-11-21T01:40:00.000Z",
  until: "2026-11-21T03:00:00.000Z",
};

/** Tags in most of the states there are, in two repositories; a third cannot be checked. */
export async function stockTags(ports: FakePorts): Promise<void> {
  await putRepository(ports, {
    repository: nginx,
    state: { rule: "nginx" },
    tags: [
      tag("1.27", { repository: nginx }),
      tag("1.28", { repository: nginx }),
      tag("1.29", {
        repository: nginx,
        status: "cooling",
        reason: `Cooling until 2026-11-22T00:00:00.000Z: Larder saw ${newDigest} upstream on 2026-11-21T00:00:00.000Z for the first time.`,
        upstream: newDigest,
        dueAt: "2026-11-22T00:00:00.000Z",
      }),
      tag("latest", {
        repository: nginx,
        status: "deferred",
        reason: `Upstream moved to ${newDigest}. The account's pull limit leaves nothing over its reserve.`,
        upstream: newDigest,
        changedAt: "2026-11-02T06:00:12.000Z",
        dueAt: "2026-11-21T03:00:00.000Z",
        adoptedEarly: { digest: digest("7b"), at: "2026-11-20T22:10:00.000Z" },
      }),
    ],
  });
  await putRepository(ports, {
    repository: "grafana/grafana",
    state: { checkedAt: "2026-11-20T23:30:00.000Z" },
    tags: [
      tag("12.0"),
      tag("latest", {
        status: "unverified",
        reason: "The registry serves linux/amd64 and not linux/arm64.",
        cached: newDigest,
        upstream: newDigest,
        lastGood: { digest: oldDigest, at: "2026-11-02T06:00:12.000Z" },
      }),
    ],
    pins: [{ tag: "latest", reason: "12 breaks.", by: "ada", since: "2026-11-21T01:00:00.000Z" }],
  });
  await putRepository(ports, {
    repository: "grafana/loki",
    state: { checkedAt: undefined, trouble },
    tags: [],
  });
}
