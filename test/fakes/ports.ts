import type { RefreshMessage, RotationMessage } from "../../src/domain/messages.ts";
import type { Policy, RuleSettings } from "../../src/domain/policy.ts";
import type { Ports, Upstreams } from "../../src/domain/ports.ts";
import type { Pulls, RefreshSettings } from "../../src/domain/refresh-ports.ts";
import type { RotationSettings } from "../../src/domain/rotation-ports.ts";
import { type FakeAnnouncer, fakeAnnouncer } from "./announcer.ts";
import { type FakeBudgets, fakeBudgets } from "./budgets.ts";
import { type FakeArm, fakeArm } from "./cache-rules.ts";
import { type VirtualClock, virtualClock } from "./clock.ts";
import { type FakeCredentialSets, fakeCredentialSets } from "./credential-sets.ts";
import { type FakeHub, fakeHub } from "./docker-hub.ts";
import { type FakeGrants, fakeGrants } from "./grants.ts";
import { fakeHeartbeats } from "./heartbeats.ts";
import { imagePortsWorld } from "./image-ports.ts";
import { withImages } from "./image-repositories.ts";
import type { ImageUpstream } from "./image-upstream.ts";
import type { ImageWorld } from "./image-world.ts";
import { type InterruptiblePorts, type Interruptions, interruptions } from "./interruptions.ts";
import { type FakeQueue, fakeQueue } from "./outbox.ts";
import { type FakeQueues, fakeQueues } from "./queues.ts";
import { type FakeRefreshStore, fakeRefreshStore } from "./refresh-store.ts";
import { fakeRegistries } from "./registries.ts";
import { type FakeRepositories, fakeRepositories } from "./repositories.ts";
import { type FakeRotationStore, fakeRotationStore } from "./rotation-store.ts";
import { type FakeRuleTable, fakeRuleTable } from "./rule-store.ts";
import { type FakeSignals, fakeSignals } from "./signals.ts";
import { type FakeTagStore, fakeTagStore } from "./tag-store.ts";
import { type FakeThrottle, fakeThrottle } from "./throttle.ts";
import { fakeUpstreams } from "./upstreams.ts";
import { type FakeVault, fakeVault } from "./vault.ts";

/** All ports over one small world in memory, and the handles to look into it and to drive it. */
export interface FakePorts extends Ports {
  readonly clock: VirtualClock;
  readonly arm: FakeArm;
  readonly images: FakeRepositories;
  readonly sets: FakeCredentialSets;
  /** The secrets behind `vault` and `secrets`. */
  readonly shelf: FakeVault;
  readonly table: FakeRuleTable;
  readonly queue: FakeQueue;
  readonly refreshQueue: FakeQueue<RefreshMessage>;
  readonly tagTable: FakeTagStore;
  readonly refreshTable: FakeRefreshStore;
  readonly budgetTable: FakeBudgets;
  readonly requests: FakeThrottle;
  readonly rotationTable: FakeRotationStore;
  readonly rotationQueue: FakeQueue<RotationMessage>;
  /** The accounts and tokens behind `hubLogins` and `accessTokens`. */
  readonly hub: FakeHub;
  readonly rights: FakeGrants;
  /** What was told. */
  readonly news: FakeAnnouncer;
  /** What was written into the log. */
  readonly signals: FakeSignals;
  readonly queues: FakeQueues;
  /** The images behind `cache`, `pulls`, `upstreams` and `repositories`. */
  readonly world: ImageWorld;
  /** Failures, crashes and other writers, at any call of any port but `ambient`. */
  readonly interruptions: Interruptions;
}

interface Options {
  /** "contoso" alone when absent. */
  readonly registries?: readonly string[];
  readonly policy?: Partial<Policy>;
  readonly settings?: Partial<Omit<RuleSettings, "policy">>;
  readonly refreshSettings?: Partial<RefreshSettings>;
  readonly rotationSettings?: Partial<RotationSettings>;
  readonly reportEverySeconds?: number;
  /** In the place of pulls from `world`. */
  readonly pulls?: Pulls;
  /** What is absent: `probe` answers "readable" to everything, the rest is as `world` has it. */
  readonly upstreams?: Partial<Upstreams>;
  /** The one `world` stands on; a new one when absent. */
  readonly upstream?: ImageUpstream;
  readonly clock?: VirtualClock;
  /** Whether time passes while somebody waits in `ambient.pause`. */
  readonly pausesTakeTime?: boolean;
}

export function fakePorts(options: Options = {}): FakePorts {
  const { registries = ["contoso"], clock = virtualClock(), upstream } = options;
  const vault = fakeVault(clock);
  const credentialSets = fakeCredentialSets(registries, { clock, shelf: vault });
  const rules = (registry: string) => arm.live(registry);
  const world = imagePortsWorld({ clock, registries, upstream, rules, credentialSets, vault });
  const repositories = withImages(fakeRepositories(registries), world);
  const arm = fakeArm({ clock, registries, credentialSets, repositories });
  const table = fakeRuleTable();
  const tables = {
    tagTable: fakeTagStore(),
    refreshTable: fakeRefreshStore(),
    budgetTable: fakeBudgets(),
    requests: fakeThrottle(clock),
    rotationTable: fakeRotationStore(),
    news: fakeAnnouncer(),
    hub: fakeHub(clock),
    rights: fakeGrants({ onGrant: (who, id) => credentialSets.grant(who, [id]) }),
  };
  const outbox = fakeQueue(clock);
  const refreshOutbox = fakeQueue<RefreshMessage>(clock);
  const rotationOutbox = fakeQueue<RotationMessage>(clock);
  const around = interruptions();
  const upstreams: Upstreams = {
    ...fakeUpstreams(world.upstream, world.meter),
    probe: async () => ({ kind: "readable" }),
    ...options.upstreams,
  };
  return {
    registries: around.wrap("registries", fakeRegistries(registries)),
    rules: around.wrap("rules", table.rules),
    operations: around.wrap("operations", table.operations),
    history: around.wrap("history", table.history),
    heartbeats: around.wrap("heartbeats", fakeHeartbeats()),
    outbox: around.wrap<Ports["outbox"]>("outbox", outbox),
    refreshOutbox: around.wrap<Ports["refreshOutbox"]>("refreshOutbox", refreshOutbox),
    cacheRules: around.wrap("cacheRules", arm.cacheRules),
    cacheRuleWriter: around.wrap("cacheRuleWriter", arm.cacheRuleWriter),
    credentialSets: around.wrap<Ports["credentialSets"]>("credentialSets", credentialSets),
    repositories: around.wrap<Ports["repositories"]>("repositories", repositories),
    upstreams: around.wrap("upstreams", upstreams),
    vault: around.wrap<Ports["vault"]>("vault", vault),
    secrets: around.wrap<Ports["secrets"]>("secrets", vault),
    credentialSetWriter: around.wrap<Ports["credentialSetWriter"]>(
      "credentialSetWriter",
      credentialSets,
    ),
    tags: around.wrap<Ports["tags"]>("tags", tables.tagTable),
    refreshes: around.wrap<Ports["refreshes"]>("refreshes", tables.refreshTable),
    budgets: around.wrap<Ports["budgets"]>("budgets", tables.budgetTable),
    throttle: around.wrap<Ports["throttle"]>("throttle", tables.requests),
    cache: around.wrap("cache", world.cache),
    pulls: around.wrap("pulls", options.pulls ?? world.pulls),
    ...rotationPorts(around, tables, rotationOutbox),
    signals: fakeSignals(),
    queues: around.wrap("queues", fakeQueues()),
    ambient: { now: () => clock.now(), newId: countingIds(), pause: pauseOf(options, clock) },
    settings: fakeSettings(options),
    refreshSettings: fakeRefreshSettings(options),
    rotationSettings: fakeRotationSettings(options),
    reportSettings: { everySeconds: options.reportEverySeconds ?? 900 },
    clock,
    arm,
    images: repositories,
    sets: credentialSets,
    shelf: vault,
    table,
    queue: outbox,
    refreshQueue: refreshOutbox,
    rotationQueue: rotationOutbox,
    ...tables,
    world,
    interruptions: around,
  };
}

function rotationPorts(
  around: InterruptiblePorts,
  {
    rotationTable,
    news,
    hub,
    rights,
  }: Pick<FakePorts, "rotationTable" | "news" | "hub" | "rights">,
  rotationOutbox: FakeQueue<RotationMessage>,
) {
  return {
    rotationOutbox: around.wrap<Ports["rotationOutbox"]>("rotationOutbox", rotationOutbox),
    rotations: around.wrap<Ports["rotations"]>("rotations", rotationTable),
    hubLogins: around.wrap("hubLogins", hub.logins),
    accessTokens: around.wrap("accessTokens", hub.accessTokens),
    grants: around.wrap<Ports["grants"]>("grants", rights),
    announcer: around.wrap<Ports["announcer"]>("announcer", news),
  };
}

/** Everybody else gets a turn; the longest pause, where time passes at all. */
function pauseOf({ pausesTakeTime = false }: Options, clock: VirtualClock) {
  return async (milliseconds: number): Promise<void> => {
    await new Promise((resolve) => void setImmediate(resolve));
    if (pausesTakeTime) clock.advance(milliseconds / 1000);
  };
}

function fakeRefreshSettings({ refreshSettings }: Options): RefreshSettings {
  return {
    defaults: {
      everySeconds: 21_600,
      minimumAgeSeconds: 0,
      keepSupersededSeconds: 604_800,
      platforms: "cached",
      strategy: "touch-first",
    },
    purge: true,
    lagSeconds: 300,
    reserve: 0.2,
    sweepEverySeconds: 300,
    messageSeconds: 60,
    ...refreshSettings,
  };
}

function fakeRotationSettings({ rotationSettings }: Options): RotationSettings {
  return {
    defaults: { lifetime: "P90D", renewBefore: "P30D", grace: "P1D", retention: "P7D" },
    minimumGraceSeconds: 86_400,
    maximumLifetimeSeconds: 366 * 86_400,
    maximumScope: "repo:read",
    vaultsForNewSets: ["contoso"],
    confirmSeconds: 900,
    leaseSeconds: 300,
    cooldownSeconds: 86_400,
    lastUsed: "require",
    sweepEverySeconds: 3600,
    ...rotationSettings,
  };
}

function fakeSettings({ policy, settings }: Options): RuleSettings {
  return {
    policy: {
      allowedSources: [],
      deniedSources: [],
      approvalSources: [],
      approvalExemptCallers: [],
      ownerRequired: false,
      unhealthyCredentialSet: "refuse",
      ...policy,
    },
    upstreamCheck: true,
    reconcileEverySeconds: 300,
    repairAfterSeconds: 120,
    historyDays: 400,
    ...settings,
  };
}

/** Ids of the real shape that rise with each call. */
function countingIds(): () => string {
  let count = 0;
  return () => {
    count += 1;
    const letters = "abcdefghijklmnopqrstuvwxyz234567";
    return Array.from({ length: 26 }, (_, index) => {
      const place = 25 - index;
      return letters[Math.trunc(count / 32 ** place) % 32];
    }).join("");
  };
}
