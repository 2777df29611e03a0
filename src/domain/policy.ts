/**
 * What this deployment allows, from its settings, which `parseSourcePattern` has put into this form:
 * "*" is everything; "docker.io/library/nginx" is that source; and what ends in "*" is a prefix of
 * plain text, so that "docker.io/bitnami*" covers docker.io/bitnami/… and docker.io/bitnamilegacy/…
 * alike. "*.azurecr.io/*" holds for every host below azurecr.io. A pattern covers a requested source
 * when everything the rule could pull is covered.
 */
export interface Policy {
  /** Empty: every upstream that ACR supports. */
  readonly allowedSources: readonly string[];
  /** Wins over `allowedSources`; a rule that could pull anything denied is refused. */
  readonly deniedSources: readonly string[];
  /** A rule that could pull anything of these waits for an approver. */
  readonly approvalSources: readonly string[];
  /** Object ids of signed-in callers whose requests never wait. */
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
  /** Seconds after which a rule that waits for its worker and has not moved counts as forgotten. A run may last longer; a second one beside it does no harm. */
  readonly repairAfterSeconds: number;
  /** Days that history is kept. */
  readonly historyDays: number;
}
