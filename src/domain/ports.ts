import type { CacheRule, LiveRule, Mapping } from "./cache-rule.ts";
import type { CredentialSet } from "./credential-set.ts";
import type { RefreshMessage, RotationMessage, WorkMessage } from "./messages.ts";
import type { HistoryEntry, Operation } from "./operation.ts";
import type { RuleSettings } from "./policy.ts";
import type {
  Budgets,
  Cache,
  Pulls,
  RefreshSettings,
  RefreshStore,
  TagStore,
  Throttle,
} from "./refresh-ports.ts";
import type { Heartbeats, Queues, ReportSettings, Signals } from "./report-ports.ts";
import type {
  AccessTokens,
  Announcer,
  CredentialSetWriter,
  Grants,
  HubLogins,
  RotationSettings,
  RotationStore,
  Secrets,
} from "./rotation-ports.ts";
import type { Secret } from "./secret.ts";
import type { Timestamp } from "./time.ts";
import type { UpstreamHead, UpstreamTags } from "./upstream-answer.ts";

/*
 * Everything Larder touches outside itself. Every method rejects with LarderError only:
 * `unavailable` when the far end could not answer now (with its Retry-After where it gave one),
 * `lacksRight` when our identity may not, `refused` when it understood and said no.
 * "Does not exist" is `undefined`, never an error, unless a method says otherwise.
 */

/** Names are compared without case throughout, as ARM does. */
export interface Registries {
  /** The names this deployment serves, in the settings' order. */
  readonly names: readonly string[];
  /** Its ARM id, in ARM's own spelling but for the names in it. `missing` when it is not served. */
  id(registry: string): Promise<string>;
  /** Login server of a served registry, e.g. "contoso.azurecr.io". `missing` when it is not served. */
  loginServer(registry: string): Promise<string>;
  /** Its SKU, which decides how many requests it takes a minute. `missing` when it is not served. */
  tier(registry: string): Promise<"Basic" | "Standard" | "Premium">;
}

/** A rule as stored, with the ETag of its row. */
export interface Stored<T> {
  readonly value: T;
  readonly etag: string;
}

export interface RuleChange {
  readonly registry: string;
  /**
   * Given: the whole change is refused (`stale`) unless the registry's version is still this,
   * and the version moves on. Every change that adds or alters a mapping gives it, so that
   * two racing decisions cannot both pass. "" is the version of a registry with no rows yet.
   */
  readonly version?: string | undefined;
  /** Row to write. `etag` undefined: must not exist yet (`stale` if it does). */
  readonly put?: { readonly rule: CacheRule; readonly etag: string | undefined } | undefined;
  /** Row to remove, if its ETag still matches (`stale` otherwise). */
  readonly remove?: { readonly name: string; readonly etag: string } | undefined;
  readonly operation?: Operation | undefined;
  /** An operation that this change ends for good, because another takes its place. */
  readonly superseded?: Operation | undefined;
  readonly history?: HistoryEntry | undefined;
}

export interface RuleStore {
  /** All rules of a registry and the version they were read at; the version is read first. */
  read(
    registry: string,
  ): Promise<{ readonly version: string; readonly rules: readonly Stored<CacheRule>[] }>;
  get(registry: string, name: string): Promise<Stored<CacheRule> | undefined>;
  /** All of the change or none of it. Returns the new ETag of the row put, "" when none was. */
  commit(change: RuleChange): Promise<string>;
}
export interface OperationStore {
  get(id: string): Promise<Operation | undefined>;
}

export interface HistoryStore {
  /** Newest first. `resource` filters by rule name; `after` continues from an earlier `next`. */
  list(
    registry: string,
    page: {
      readonly resource?: string | undefined;
      readonly limit: number;
      readonly after?: string | undefined;
    },
  ): Promise<{ readonly entries: readonly HistoryEntry[]; readonly next?: string | undefined }>;
  /** Writes lines at once, at most 100, that belong to no change of a rule. */
  append(registry: string, entries: readonly HistoryEntry[]): Promise<void>;
  /**
   * Deletes operations that have ended and were last updated, and history written, before the given
   * instants; at most 1,000 rows a run. Returns how many went.
   */
  prune(
    registry: string,
    before: { readonly operations: Timestamp; readonly history: Timestamp },
  ): Promise<number>;
}

export interface Outbox<M = WorkMessage> {
  /** Enqueues; delivery is at least once, unordered, no sooner than `delaySeconds` (0 to 604,800). */
  send(message: M, delaySeconds: number): Promise<void>;
}

/** ARM, reading. */
export interface CacheRules {
  list(registry: string): Promise<readonly LiveRule[]>;
  get(registry: string, name: string): Promise<LiveRule | undefined>;
}

/** ARM, writing. Each waits for the long-running operation; `unavailable` if it outlasts the adapter's patience. */
export interface CacheRuleWriter {
  create(
    registry: string,
    name: string,
    rule: Mapping & { readonly credentialSet?: string | undefined },
  ): Promise<void>;
  /** `undefined` takes the credential set off. Answers nothing: ARM echoes the old value, so read back. */
  changeCredentialSet(
    registry: string,
    name: string,
    credentialSet: string | undefined,
  ): Promise<void>;
  /** Also resolves when the rule is already gone. */
  remove(registry: string, name: string): Promise<void>;
}

export interface CredentialSets {
  list(registry: string): Promise<readonly CredentialSet[]>;
}

/** Repositories in the registry itself (ACR data plane). */
export interface Repositories {
  exists(registry: string, repository: string): Promise<boolean>;
  /** Names that start with `prefix` ("" for all), at most `limit`, in the registry's order. */
  list(registry: string, prefix: string, limit: number): Promise<readonly string[]>;
  /** Removes a repository with all its images. `locked`: ACR refused because something in it is locked. */
  remove(registry: string, repository: string): Promise<"removed" | "absent" | "locked">;
}

export interface Login {
  readonly username: Secret;
  readonly password: Secret;
}

/** What an upstream said of one repository. Anything but `readable` carries a sentence for a person, free of secrets. */
export type UpstreamAnswer =
  | { readonly kind: "readable" }
  | { readonly kind: "unknownRepository"; readonly message: string }
  /** The upstream refused to let this login (or nobody) read it. Many upstreams say so of absent repositories too. */
  | { readonly kind: "denied"; readonly message: string }
  /** The login itself was turned down. */
  | { readonly kind: "badLogin"; readonly message: string }
  | {
      readonly kind: "couldNotAsk";
      readonly message: string;
      readonly retryAfterSeconds?: number | undefined;
    };

export interface Upstreams {
  /** Asks with HEAD, so it costs no pull. `repository` without the host: "library/nginx". Never rejects. */
  probe(
    upstream: string,
    repository: string,
    tag: string,
    login: Login | undefined,
  ): Promise<UpstreamAnswer>;
  /**
   * The digest a tag has now, by HEAD with the full Accept list; costs no pull. Only where a HEAD is
   * answered without a digest, or HEAD is refused as a method, the manifest is fetched and its digest
   * computed; never on 401, 403 or 429. Never rejects.
   */
  head(
    upstream: string,
    repository: string,
    tag: string,
    login: Login | undefined,
  ): Promise<UpstreamHead>;
  /**
   * One page of the tags, in the upstream's order: 1,000, or all there are where it does not page.
   * `after` continues from an earlier `next`. Never rejects.
   */
  tags(
    upstream: string,
    repository: string,
    after: string | undefined,
    login: Login | undefined,
  ): Promise<UpstreamTags>;
}

export interface Vault {
  /** Current value of a secret by its URL. `missing` when there is none. */
  read(secretId: string): Promise<Secret>;
}

/** Clock and dice. */
export interface Ambient {
  now(): Timestamp;
  /** Random, 26 characters of a-z and 2-7, never repeated. */
  newId(): string;
  /** Resolves after a random time between half of the milliseconds and all of them. */
  pause(milliseconds: number): Promise<void>;
}

/** Everything together; a job names the few it takes with `Pick`. */
export interface Ports {
  readonly registries: Registries;
  readonly rules: RuleStore;
  readonly operations: OperationStore;
  readonly history: HistoryStore;
  readonly heartbeats: Heartbeats;
  readonly outbox: Outbox;
  readonly refreshOutbox: Outbox<RefreshMessage>;
  readonly rotationOutbox: Outbox<RotationMessage>;
  readonly cacheRules: CacheRules;
  readonly cacheRuleWriter: CacheRuleWriter;
  readonly credentialSets: CredentialSets;
  readonly repositories: Repositories;
  readonly upstreams: Upstreams;
  readonly vault: Vault;
  readonly tags: TagStore;
  readonly refreshes: RefreshStore;
  readonly budgets: Budgets;
  readonly throttle: Throttle;
  readonly cache: Cache;
  readonly pulls: Pulls;
  readonly rotations: RotationStore;
  readonly secrets: Secrets;
  readonly hubLogins: HubLogins;
  readonly accessTokens: AccessTokens;
  readonly credentialSetWriter: CredentialSetWriter;
  readonly grants: Grants;
  readonly announcer: Announcer;
  readonly signals: Signals;
  readonly queues: Queues;
  readonly ambient: Ambient;
  readonly settings: RuleSettings;
  readonly refreshSettings: RefreshSettings;
  readonly rotationSettings: RotationSettings;
  readonly reportSettings: ReportSettings;
}
