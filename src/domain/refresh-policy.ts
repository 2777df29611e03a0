/** How a rule wants its cached tags kept fresh. Stored with the rule; durations are ISO 8601. */
export interface RefreshPolicy {
  /** Tag patterns: exact, glob, /regex/ or semver range. */
  readonly tags: readonly string[];
  /** How often to compare with upstream, e.g. "PT6H". */
  readonly every: string;
  /** A moved digest is adopted only when it has stood this long, e.g. "P1D". */
  readonly minimumAge?: string | undefined;
  /** "linux/amd64", or "cached" (those held before), or "all". */
  readonly platforms?: readonly string[] | "cached" | "all" | undefined;
  readonly strategy?: "touch-first" | "purge" | undefined;
}
