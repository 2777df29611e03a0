/**
 * How one registry behaves where the sources are silent or contradict each other, and what a test
 * wants to vary. Defaults follow facts/acr.md; "invented" marks what no source tells.
 */
export interface Switches {
  readonly anonymousPull: boolean;
  /** The admin user, accepted as Basic on the token endpoint and on the API itself; undefined: disabled. */
  readonly adminUser: { readonly username: string; readonly password: string } | undefined;
  /** Actions a principal has on every repository; a principal that is not named has all of them. */
  readonly rights: Readonly<Record<string, readonly string[]>>;
  /**
   * What becomes of a cached tag once `tagTtlSeconds` are over: compared with upstream on the next pull
   * ("refresh", acr#860), never again ("sticky", acr#765), or refused with 424 when it moved ("fail", invented).
   */
  readonly tagMode: "refresh" | "sticky" | "fail";
  /** acr#860: "the maximum delay is 5 minutes". */
  readonly tagTtlSeconds: number;
  /** "never": every pull is proxied and nothing stored, as behind closed network rules (Q&A 5789741). */
  readonly import: "late" | "never";
  /** From the proxied pull to the stored copy. The duration is invented. */
  readonly importDelayMs: number;
  /** Whether a HEAD alone starts a copy; no source tells. */
  readonly importOnHead: boolean;
  /** Serve the cached copy when upstream fails during a comparison. No source tells; off is "strict". */
  readonly staleIfError: boolean;
  /** "partial": listings end early without a Link, as in acr#875. */
  readonly listing: "whole" | "partial";
  /** A deleted cached tag stays MANIFEST_UNKNOWN although upstream has it (acr#765). */
  readonly unknownAfterDelete: boolean;
  /**
   * A tag that moved is 502 for so long unless the registry holds its new manifest already (acr#876:
   * 20 to 50 minutes). Invented: that it begins when the registry first sees the new digest.
   */
  readonly badGatewayAfterMoveSeconds: number;
  /** The registry property of 2026-09-01-preview: whether repositories under a rule may be pushed to. */
  readonly writableCacheRepos: boolean;
  /** "tier" takes the table of facts/acr.md section 2; numbers are requests a minute for the registry. */
  readonly rateLimits: "tier" | "off" | Readonly<Partial<Record<RequestClass, number>>>;
  /** Page length when the client gives no `n`, and the longest it gets. Both undocumented. */
  readonly pageSize: number;
  readonly maximumPageSize: number;
  /** ARM: milliseconds by the clock until an operation takes effect. */
  readonly operationMs: number;
  /** ARM: polls answered with a non-final status before the final one (recorded: 0 to 3). */
  readonly operationPolls: number;
  /** ARM: whether PUT over an existing rule may change source and target; no source tells. */
  readonly putMayRemap: boolean;
  /** ARM: whether a second operation on a busy resource is taken (the last one wins) or refused; invented. */
  readonly busyResource: "accept" | "refuse";
  /** ARM: items a page of a list. */
  readonly armPageSize: number;
}

export type RequestClass = "read" | "write" | "delete" | "listReferrers" | "oauth";

export const defaultSwitches: Switches = {
  anonymousPull: true,
  adminUser: undefined,
  rights: {},
  tagMode: "refresh",
  tagTtlSeconds: 300,
  import: "late",
  importDelayMs: 300,
  importOnHead: false,
  staleIfError: true,
  listing: "whole",
  unknownAfterDelete: false,
  badGatewayAfterMoveSeconds: 0,
  writableCacheRepos: false,
  rateLimits: "tier",
  pageSize: 100,
  maximumPageSize: 1000,
  operationMs: 300,
  operationPolls: 1,
  putMayRemap: false,
  busyResource: "accept",
  armPageSize: 100,
};
