/** Days of the week as ISO 8601 orders them. */
export const weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
type Weekday = (typeof weekdays)[number];

/** When tags may be touched or purged; comparing with upstream is always allowed. */
export interface RefreshWindow {
  /** Days on which it opens; every day when absent. */
  readonly days?: readonly Weekday[] | undefined;
  /** Local time of day, "22:00". */
  readonly from: string;
  /** Local time of day; at or before `from` it is the next day's. */
  readonly to: string;
  /** IANA name, "Europe/Berlin". */
  readonly timeZone: string;
}

/** "linux/amd64" and its like, or those the registry held before, or all that upstream has. */
export type WantedPlatforms = readonly string[] | "cached" | "all";

/** touch-first: pull, and purge only when that does not help; purge: without the touch. */
export type Strategy = "touch-first" | "purge";

/** How a rule wants its cached tags kept fresh, as its owner wrote it; durations are ISO 8601. */
export interface RefreshPolicy {
  /** Tag patterns: exact, glob, /regex/ or semver range. */
  readonly tags: readonly string[];
  /** The same; what they match is left alone. */
  readonly exclude?: readonly string[] | undefined;
  /** How often to compare with upstream, e.g. "PT6H". */
  readonly every?: string | undefined;
  readonly window?: RefreshWindow | undefined;
  /** A moved digest is adopted only when it has stood this long, e.g. "P1D". */
  readonly minimumAge?: string | undefined;
  readonly platforms?: WantedPlatforms | undefined;
  readonly strategy?: Strategy | undefined;
  /** How long manifests that a refresh left without a tag are kept. */
  readonly keepSuperseded?: string | undefined;
  /** Whether to warm tags that appear upstream and match. */
  readonly followNew?: boolean | undefined;
}
