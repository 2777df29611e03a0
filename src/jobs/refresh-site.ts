import type { CacheRule } from "../domain/cache-rule.ts";
import type { CredentialSet } from "../domain/credential-set.ts";
import type { EffectivePolicy } from "../domain/effective-policy.ts";
import type { Login, Ports } from "../domain/ports.ts";
import type { Digest, Pin } from "../domain/tag.ts";
import type { Desk } from "./repository-desk.ts";

export type RefreshPorts = Pick<
  Ports,
  | "ambient"
  | "budgets"
  | "cache"
  | "cacheRules"
  | "credentialSets"
  | "history"
  | "pulls"
  | "refreshes"
  | "refreshOutbox"
  | "refreshSettings"
  | "registries"
  | "rules"
  | "tags"
  | "throttle"
  | "upstreams"
  | "vault"
>;

/** What a worker has found out about the repository it is at work on; one a message. */
export interface Site {
  readonly ports: RefreshPorts;
  readonly registry: string;
  readonly repository: string;
  readonly rule: CacheRule;
  readonly policy: EffectivePolicy;
  /** Upstream host and path: "docker.io", "library/nginx". */
  readonly host: string;
  readonly path: string;
  /** The rule's credential set as ARM shows it; asked once. */
  readonly set: () => Promise<CredentialSet | undefined>;
  /** The rule's login, or why there is none to be had; read once. */
  readonly login: () => Promise<Login | string | undefined>;
  /** Pins that hold now, by tag. */
  readonly pins: ReadonlyMap<string, Pin>;
  readonly desk: Desk;
  /** Digests that the registry was seen to hold itself since the message came. */
  readonly held: Set<Digest>;
  /** Platforms that the registry was seen to hold of a digest, for "cached". */
  readonly platformsOf: Map<Digest, Promise<readonly string[] | "all">>;
  /** Whether heads go with the login; set once the upstream wanted it. */
  withLogin: boolean;
  /** Whether that was found out. */
  loginKnown: boolean;
  /** Why nothing more may be purged by this message. */
  noPurge: string | undefined;
  /** Tags listed, once the list has been read to its end by this message. */
  listed: number | undefined;
  /** The catalog that the repository was found in was not whole. */
  readonly partialCatalog: boolean;
}
