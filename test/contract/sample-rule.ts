import type { CacheRule } from "../../src/domain/cache-rule.ts";
import type { HistoryEntry, Operation } from "../../src/domain/operation.ts";

/** A rule with every optional field filled, and letters that storage must not mangle. */
export function fullRule(registry: string, name: string): CacheRule {
  return {
    registry,
    name,
    source: "docker.io/grafana/*",
    target: "grafana/*",
    credentialSet: "docker-hub",
    refresh: {
      tags: ["latest", "/^v\\d+$/"],
      exclude: ["*-rc?"],
      every: "PT6H",
      window: { days: ["sat"], from: "22:00", to: "06:00", timeZone: "Europe/Berlin" },
      minimumAge: "P1D",
      platforms: "cached",
      strategy: "purge",
      keepSuperseded: "P7D",
      followNew: true,
    },
    owner: "team-é ünï 漢字 'quoted'",
    reason: 'dashboards "v2"\nsecond line',
    expiresOn: "2027-11-21T02:00:00.000Z",
    status: "failed",
    failure: { code: "UpstreamNotSupported", message: "no", target: "source", remedy: "ask again" },
    drift: { kind: "changed", message: "was changed", since: "2026-11-21T02:00:00.000Z" },
    notes: ["library/ was added"],
    requestedBy: "alice@contoso.com",
    requestedAt: "2026-11-21T02:00:00.000Z",
    decidedBy: "bob@contoso.com",
    updatedAt: "2026-11-21T02:01:00.000Z",
    operationId: `${registry}-aaaaaaaaaaaaaaaaaaaaaaaaab`,
    attempts: 3,
    nextAttemptAt: "2026-11-21T02:02:00.000Z",
    images: "keep",
  };
}

/** A rule with nothing but what it must have. */
export function plainRule(
  registry: string,
  name: string,
  changes: Partial<CacheRule> = {},
): CacheRule {
  return {
    registry,
    name,
    source: `docker.io/library/${name.toLowerCase()}`,
    target: name.toLowerCase(),
    status: "requested",
    notes: [],
    requestedBy: "alice",
    requestedAt: "2026-11-21T02:00:00.000Z",
    updatedAt: "2026-11-21T02:00:00.000Z",
    operationId: `${registry}-aaaaaaaaaaaaaaaaaaaaaaaaab`,
    attempts: 0,
    ...changes,
  };
}

export function anOperation(
  registry: string,
  id: string,
  changes: Partial<Operation> = {},
): Operation {
  return {
    id: `${registry}-${id}`,
    kind: "createRule",
    registry,
    resource: "nginx",
    status: "NotStarted",
    createdAt: "2026-11-21T02:00:00.000Z",
    updatedAt: "2026-11-21T02:00:00.000Z",
    ...changes,
  };
}

export function anEntry(
  registry: string,
  at: string,
  changes: Partial<HistoryEntry> = {},
): HistoryEntry {
  return {
    at,
    registry,
    resource: "nginx",
    event: "requested",
    by: "alice",
    message: "asked",
    ...changes,
  };
}
