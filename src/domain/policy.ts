/**
 * What this deployment allows, from its settings. A pattern is a source or a prefix ending in "*":
 * "docker.io/library/nginx", "docker.io/grafana/*", "quay.io/*", "*". It covers a requested source
 * when everything the rule could pull is covered.
 */
export interface Policy {
  /** Empty: every upstream that ACR supports. */
  readonly allowedSources: readonly string[];
  /** Wins over `allowedSources`; a rule that could pull anything denied is refused. */
  readonly deniedSources: readonly string[];
  /** A rule that could pull anything of these waits for an approver. */
  readonly approvalSources: readonly string[];
  /** Signed-in callers whose requests never wait. */
  readonly approvalExemptCallers: readonly string[];
  /** Regular expression a rule name must match besides ACR's own; absent: none. */
  readonly namePattern?: string | undefined;
  readonly ownerRequired: boolean;
  /** Rules an owner may have at once; absent: no quota. */
  readonly rulesPerOwner?: number | undefined;
  /** What becomes of a request for a credential set that ACR reports unhealthy. */
  readonly unhealthyCredentialSet: "refuse" | "warn";
}

export interface RuleSettings {
  readonly policy: Policy;
  /** Ask the upstream for one tag before a rule is accepted. */
  readonly upstreamCheck: boolean;
  /** Seconds between reconcile runs; a run later than three of these is overdue. */
  readonly reconcileEverySeconds: number;
  /** Seconds after which a rule that waits for its worker and has not moved counts as forgotten; a run lasts at most about 60. */
  readonly repairAfterSeconds: number;
  /** Days that history is kept. */
  readonly historyDays: number;
}
