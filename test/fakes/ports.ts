import type { Policy, RuleSettings } from "../../src/domain/policy.ts";
import type { Ports, Upstreams } from "../../src/domain/ports.ts";
import { type FakeArm, fakeArm } from "./cache-rules.ts";
import { type VirtualClock, virtualClock } from "./clock.ts";
import { type FakeCredentialSets, fakeCredentialSets } from "./credential-sets.ts";
import { fakeHeartbeats } from "./heartbeats.ts";
import { type Interruptions, interruptions } from "./interruptions.ts";
import { type FakeQueue, fakeQueue } from "./outbox.ts";
import { fakeRegistries } from "./registries.ts";
import { type FakeRepositories, fakeRepositories } from "./repositories.ts";
import { type FakeRuleTable, fakeRuleTable } from "./rule-store.ts";
import { type FakeVault, fakeVault } from "./vault.ts";

/** All ports over one small world in memory, and the handles to look into it and to drive it. */
export interface FakePorts extends Ports {
  readonly clock: VirtualClock;
  readonly arm: FakeArm;
  readonly images: FakeRepositories;
  readonly sets: FakeCredentialSets;
  readonly secrets: FakeVault;
  readonly table: FakeRuleTable;
  readonly queue: FakeQueue;
  /** Failures, crashes and other writers, at any call of any port but `ambient`. */
  readonly interruptions: Interruptions;
}

interface Options {
  /** "contoso" alone when absent. */
  readonly registries?: readonly string[];
  readonly policy?: Partial<Policy>;
  readonly settings?: Partial<Omit<RuleSettings, "policy">>;
  /** Answers "readable" to everything when absent. */
  readonly upstreams?: Upstreams;
  readonly clock?: VirtualClock;
}

export function fakePorts(options: Options = {}): FakePorts {
  const { registries = ["contoso"], clock = virtualClock() } = options;
  const repositories = fakeRepositories(registries);
  const credentialSets = fakeCredentialSets(registries);
  const arm = fakeArm({ clock, registries, credentialSets, repositories });
  const table = fakeRuleTable();
  const outbox = fakeQueue(clock);
  const vault = fakeVault();
  const around = interruptions();
  const upstreams = options.upstreams ?? { probe: async () => ({ kind: "readable" }) };
  return {
    registries: around.wrap("registries", fakeRegistries(registries)),
    rules: around.wrap("rules", table.rules),
    operations: around.wrap("operations", table.operations),
    history: around.wrap("history", table.history),
    heartbeats: around.wrap("heartbeats", fakeHeartbeats()),
    outbox: around.wrap<Ports["outbox"]>("outbox", outbox),
    cacheRules: around.wrap("cacheRules", arm.cacheRules),
    cacheRuleWriter: around.wrap("cacheRuleWriter", arm.cacheRuleWriter),
    credentialSets: around.wrap<Ports["credentialSets"]>("credentialSets", credentialSets),
    repositories: around.wrap<Ports["repositories"]>("repositories", repositories),
    upstreams: around.wrap("upstreams", upstreams),
    vault: around.wrap<Ports["vault"]>("vault", vault),
    ambient: {
      now: () => clock.now(),
      newId: countingIds(),
      // No time passes, but everybody else gets a turn.
      pause: async () => new Promise((resolve) => void setImmediate(resolve)),
    },
    settings: fakeSettings(options),
    clock,
    arm,
    images: repositories,
    sets: credentialSets,
    secrets: vault,
    table,
    queue: outbox,
    interruptions: around,
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
