import type { Problem } from "./errors.ts";
import type { RefreshPolicy } from "./refresh-policy.ts";
import type { Timestamp } from "./time.ts";

/** What a rule does: pulls of `target` are served from `source`. ACR's own two fields. */
export interface Mapping {
  /** Upstream host and path, in ACR's spelling: "docker.io/library/nginx", "docker.io/grafana/*". */
  readonly source: string;
  /** Repository in the registry: "nginx", "grafana/*", "*". */
  readonly target: string;
}

/**
 * Life of a rule: (awaitingApproval →) requested → active | failed, deleting → gone.
 * `rejected`: an approver said no. `unmanaged`: ARM has it, nobody asked Larder for it.
 */
export const ruleStatuses = [
  "awaitingApproval",
  "requested",
  "active",
  "failed",
  "rejected",
  "deleting",
  "unmanaged",
] as const;
export type RuleStatus = (typeof ruleStatuses)[number];

/** Where ARM and the record disagree. Shown, never silently overwritten. */
export interface Drift {
  readonly kind: "created" | "changed" | "deleted";
  readonly message: string;
  readonly since: Timestamp;
}

export interface Failure extends Problem {
  /** What a person can do about it. */
  readonly remedy: string;
}

/** Larder's record of a rule: one row, the truth about what was asked and how far it came. */
export interface CacheRule extends Mapping {
  readonly registry: string;
  readonly name: string;
  readonly credentialSet?: string | undefined;
  readonly refresh?: RefreshPolicy | undefined;
  readonly owner?: string | undefined;
  readonly reason?: string | undefined;
  readonly expiresOn?: Timestamp | undefined;
  readonly status: RuleStatus;
  readonly failure?: Failure | undefined;
  readonly drift?: Drift | undefined;
  /** Things done to the request that its sender should know: "library/ was added". */
  readonly notes: readonly string[];
  readonly requestedBy: string;
  /** The requester's stable id (`By.id`); absent in records of rules made outside Larder. */
  readonly requestedById?: string | undefined;
  readonly requestedAt: Timestamp;
  readonly decidedBy?: string | undefined;
  readonly updatedAt: Timestamp;
  /** The operation that the current status belongs to. */
  readonly operationId: string;
  /** When that operation began; what it waits for is given up some time after. */
  readonly begunAt?: Timestamp | undefined;
  /** Worker runs since the operation began; counted before the work so that a crash counts too. */
  readonly attempts: number;
  /** Not to be tried before. Set when ARM said to wait. */
  readonly nextAttemptAt?: Timestamp | undefined;
  /** Once a deletion was asked for: what becomes of the cached repositories. */
  readonly images?: "keep" | "delete" | undefined;
  /**
   * A worker may still be creating the rule that is to be deleted; until then, that ARM does not
   * show it does not mean that it is gone.
   */
  readonly unsettledUntil?: Timestamp | undefined;
}

/** A rule as ARM shows it now. */
export interface LiveRule extends Mapping {
  readonly name: string;
  /** Name of the credential set, without its resource id. */
  readonly credentialSet?: string | undefined;
  readonly provisioningState:
    | "Creating"
    | "Updating"
    | "Deleting"
    | "Succeeded"
    | "Failed"
    | "Canceled";
  readonly createdAt?: Timestamp | undefined;
}

/** The largest number of cache rules a registry takes, in every tier (facts/acr.md section 1, DOCS/troubleshoot). */
export const maximumRules = 1000;

/** Rule names differ only in more than case: ARM compares resource names without case. */
export function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** Whether two rules do the same thing. */
export function sameMapping(a: Mapping, b: Mapping): boolean {
  return a.source === b.source && a.target === b.target;
}

/** Whether ARM is at work on a rule, and what it shows is not the end yet. */
export function isBusy({ provisioningState }: LiveRule): boolean {
  return /^(Creating|Updating|Deleting)$/.test(provisioningState);
}

interface Uses {
  readonly credentialSet?: string | undefined;
}

/** Whether two rules use one credential set, or both none. */
export function sameCredentialSet(a: Uses, b: Uses): boolean {
  return (a.credentialSet ?? "").toLowerCase() === (b.credentialSet ?? "").toLowerCase();
}
