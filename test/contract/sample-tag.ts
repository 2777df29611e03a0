import { tagTable } from "../../src/azure/tag-table.ts";
import type { TagStore } from "../../src/domain/refresh-ports.ts";
import type { Digest, RepositoryState, TagRecord } from "../../src/domain/tag.ts";
import { fakeTagStore } from "../fakes/tag-store.ts";
import { azuriteStorage } from "./rule-tables.ts";

/** The two that the contract is run against. Each call of `make` sees what others wrote. */
export function tagStoresUnderTest(): readonly { name: string; make: () => TagStore }[] {
  const storage = azuriteStorage();
  const fake = fakeTagStore();
  return [
    { name: "fake", make: () => fake },
    { name: "Table Storage", make: () => tagTable(storage()) },
  ];
}

/** "sha256:" and 64 times the same digit. */
export const digestOf = (digit: string): Digest => `sha256:${digit.repeat(64)}`;

export function aState(
  registry: string,
  repository = "library/nginx",
  changes: Partial<RepositoryState> = {},
): RepositoryState {
  return { registry, repository, rule: "docker-hub", counts: {}, policy: "{}", ...changes };
}

/** A state with every optional field filled. */
export function fullState(registry: string, repository: string): RepositoryState {
  return {
    ...aState(registry, repository),
    counts: { fresh: 3, stale: 1 },
    pass: {
      startedAt: "2026-11-21T02:00:00.000Z",
      after: "1.27",
      listed: 100,
      ordered: true,
      listedAll: false,
    },
    checkedAt: "2026-11-21T01:00:00.000Z",
    listing: { complete: false, message: "12 of 13 tags", at: "2026-11-21T01:00:00.000Z" },
    followUpAt: "2026-11-21T03:00:00.000Z",
    cleanAt: "2026-11-28T03:00:00.000Z",
    queuedAt: "2026-11-21T02:00:00.000Z",
    lease: { holder: "somebody", until: "2026-11-21T02:03:00.000Z" },
    trouble: {
      message: "docker.io answered 429",
      since: "2026-11-21T02:00:00.000Z",
      until: "2026-11-21T02:30:00.000Z",
    },
  };
}

export function aTag(
  registry: string,
  tag: string,
  { repository = "library/nginx", ...changes }: Partial<TagRecord> = {},
): TagRecord {
  return {
    registry,
    repository,
    tag,
    status: "fresh",
    reason: "The registry lists what upstream has.",
    checkedAt: "2026-11-21T02:00:00.000Z",
    refreshes: [],
    ...changes,
  };
}

/** A record with every optional field filled, and letters that storage must not mangle. */
export function fullTag(registry: string, tag: string): TagRecord {
  return {
    ...aTag(registry, tag),
    status: "refreshing",
    reason: 'ünï 漢字 "quoted"\nsecond line',
    cached: digestOf("1"),
    upstream: digestOf("2"),
    changedAt: "2026-11-21T01:00:00.000Z",
    moved: { digest: digestOf("2"), since: "2026-11-21T01:30:00.000Z" },
    absentSince: "2026-11-20T01:30:00.000Z",
    step: {
      kind: "purging",
      from: digestOf("1"),
      to: digestOf("2"),
      since: "2026-11-21T02:00:00.000Z",
      looks: 2,
    },
    dueAt: "2026-11-21T02:05:00.000Z",
    adoptedEarly: { digest: digestOf("3"), at: "2026-11-01T02:00:00.000Z" },
    lastGood: { digest: digestOf("1"), at: "2026-11-20T02:00:00.000Z" },
    untaggedAt: "2026-11-21T02:01:00.000Z",
    refreshes: [`${registry}-aaaaaaaaaaaaaaaaaaaaaaaaab`],
  };
}

/** Writes records of one repository, as many at once as a transaction takes; answers the last ETag. */
export async function seedTags(
  store: TagStore,
  state: RepositoryState,
  records: readonly TagRecord[],
): Promise<string> {
  let etag = (await store.state(state.registry, state.repository))?.etag;
  for (let at = 0; at < Math.max(records.length, 1); at += 98)
    etag = await store.write({ state, etag, put: records.slice(at, at + 98) });
  return etag ?? "";
}
