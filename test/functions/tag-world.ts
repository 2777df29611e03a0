import type { CacheRule } from "../../src/domain/cache-rule.ts";
import type { Ports } from "../../src/domain/ports.ts";
import type { Digest, Pin, RepositoryState, TagRecord } from "../../src/domain/tag.ts";
import type { FakePorts } from "../fakes/ports.ts";

/** A digest of one byte, repeated: digest("3f") is "sha256:3f3f…". */
export function digest(byte: string): Digest {
  return `sha256:${byte.repeat(32)}`;
}

export const oldDigest = digest("3f");
export const newDigest = digest("c4");

/** An active rule with a refresh policy, unless told otherwise. */
export function putRule(ports: FakePorts, name: string, rest: Partial<CacheRule> = {}): void {
  const rule: CacheRule = {
    registry: "contoso",
    name,
    source: `docker.io/${name}/*`,
    target: `${name}/*`,
    credentialSet: "docker-hub",
    refresh: { tags: ["latest", "1.*"], every: "PT6H" },
    status: "active",
    notes: [],
    requestedBy: "ada@contoso.com",
    requestedAt: "2026-11-20T09:00:00.000Z",
    updatedAt: "2026-11-20T09:00:04.000Z",
    operationId: "",
    attempts: 1,
    ...rest,
  };
  ports.table.seed(rule);
  if (rule.status === "active") ports.arm.put("contoso", rule);
}

export function tag(name: string, rest: Partial<TagRecord> = {}): TagRecord {
  return {
    registry: "contoso",
    repository: "grafana/grafana",
    tag: name,
    status: "fresh",
    reason: "The registry lists what upstream has.",
    cached: oldDigest,
    upstream: oldDigest,
    checkedAt: "2026-11-21T00:00:00.000Z",
    refreshes: [],
    ...rest,
  };
}

interface Rows {
  readonly repository?: string;
  readonly state?: Partial<RepositoryState>;
  readonly tags?: readonly TagRecord[];
  readonly pins?: readonly Pin[];
}

/** Writes a repository as a worker would have left it, its counts taken from the tags. */
export async function putRepository(ports: Pick<Ports, "tags">, rows: Rows): Promise<void> {
  const { repository = "grafana/grafana", tags = [], pins = [] } = rows;
  const counts: Record<string, number> = {};
  for (const { status } of tags) counts[status] = (counts[status] ?? 0) + 1;
  const state: RepositoryState = {
    registry: "contoso",
    repository,
    rule: repository.split("/", 1)[0] ?? "",
    counts,
    policy: "",
    checkedAt: "2026-11-21T01:00:00.000Z",
    listing: { complete: true, message: "All tags were listed.", at: "2026-11-21T01:00:30.000Z" },
    ...rows.state,
  };
  const found = await ports.tags.state("contoso", repository);
  let etag = await ports.tags.write({ state, etag: found?.etag, put: tags });
  for (const pin of pins) etag = await ports.tags.write({ state, etag, pin });
}
