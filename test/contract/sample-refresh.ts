import type { Operation } from "../../src/domain/operation.ts";
import type { Refresh, RefreshProgress, RefreshResult } from "../../src/domain/refresh.ts";
import { anOperation } from "./sample-rule.ts";
import { digestOf } from "./sample-tag.ts";

/** A refresh whose id ends with that. */
export function aRefresh(
  registry: string,
  end: string,
  operation: Partial<Operation> = {},
  changes: Partial<Refresh> = {},
): Refresh {
  const id = `${registry}-${end}`;
  return {
    operation: anOperation(registry, end, { kind: "refresh", resource: id, ...operation }),
    request: { dryRun: false },
    by: "alice",
    planned: false,
    ...changes,
  };
}

export function someProgress(
  repository: string,
  changes: Partial<RefreshProgress> = {},
): RefreshProgress {
  return {
    repository,
    status: "running",
    passed: false,
    counts: {},
    updatedAt: "2026-11-21T02:00:00.000Z",
    ...changes,
  };
}

export function aResult(
  repository: string,
  tag: string,
  changes: Partial<RefreshResult> = {},
): RefreshResult {
  return {
    repository,
    tag,
    status: "fresh",
    reason: "The registry lists what upstream has.",
    at: "2026-11-21T02:00:00.000Z",
    ...changes,
  };
}

/** A result with every optional field filled. */
export function fullResult(repository: string, tag: string): RefreshResult {
  return {
    ...aResult(repository, tag),
    cached: digestOf("1"),
    upstream: digestOf("2"),
    wouldDo: "touch",
    proof: {
      digest: digestOf("2"),
      platforms: ["linux/amd64", "linux/arm64/v8"],
      at: "2026-11-21T02:00:00.000Z",
    },
  };
}
