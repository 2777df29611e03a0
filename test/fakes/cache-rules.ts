import type { LiveRule } from "../../src/domain/cache-rule.ts";
import { LarderError } from "../../src/domain/errors.ts";
import type { CacheRules, CacheRuleWriter } from "../../src/domain/ports.ts";
import { type Ending, endedBadly } from "./arm-endings.ts";
import { refuseAsArm } from "./arm-rules.ts";
import type { VirtualClock } from "./clock.ts";
import type { FakeCredentialSets } from "./credential-sets.ts";
import { requireServed } from "./registries.ts";
import type { FakeRepositories } from "./repositories.ts";

export interface FakeArm {
  readonly cacheRules: CacheRules;
  readonly cacheRuleWriter: CacheRuleWriter;
  /** A rule made outside Larder, without any check. */
  put(registry: string, rule: Omit<LiveRule, "provisioningState"> & Partial<LiveRule>): void;
  /** A rule deleted outside Larder. */
  delete(registry: string, name: string): void;
  /** All rules of a registry, without going through the port. */
  live(registry: string): readonly LiveRule[];
  /** The next write ends so; several calls queue up. */
  next(ending: Ending): void;
  /** Lets everything that was slow come to its good end. */
  settle(): void;
}

interface World {
  readonly clock: VirtualClock;
  readonly registries: readonly string[];
  readonly credentialSets: FakeCredentialSets;
  readonly repositories: FakeRepositories;
}

export function fakeArm(world: World): FakeArm {
  const held = new Map<string, Map<string, LiveRule>>();
  const endings: Ending[] = [];
  const unsettled: (() => void)[] = [];
  const of = (registry: string) => {
    const key = requireServed(world.registries, registry);
    const found = held.get(key) ?? new Map<string, LiveRule>();
    held.set(key, found);
    return found;
  };
  const write: Write = (registry, name, during, after) => {
    const rules = of(registry);
    const key = name.toLowerCase();
    const finish = () => void (after ? rules.set(key, after) : rules.delete(key));
    const ending = endings.shift();
    if (!ending) return finish();
    const failed = ending.kind === "fails";
    rules.set(key, failed ? { ...during, provisioningState: "Failed" } : during);
    if (!failed) unsettled.push(finish);
    throw endedBadly(ending);
  };
  return {
    cacheRules: {
      list: async (registry) => [...of(registry).values()],
      get: async (registry, name) => of(registry).get(name.toLowerCase()),
    },
    cacheRuleWriter: writer(world, of, write),
    put: (registry, rule) =>
      void of(registry).set(rule.name.toLowerCase(), { provisioningState: "Succeeded", ...rule }),
    delete: (registry, name) => void of(registry).delete(name.toLowerCase()),
    live: (registry) => [...of(registry).values()],
    next: (ending) => void endings.push(ending),
    settle: () => {
      for (const finish of unsettled.splice(0)) finish();
    },
  };
}

type Registry = ReadonlyMap<string, LiveRule>;
/** Accepts a write: shows `during` at once, then `after`, unless an ending is planned. */
type Write = (
  registry: string,
  name: string,
  during: LiveRule,
  after: LiveRule | undefined,
) => void;

function writer(world: World, of: (registry: string) => Registry, write: Write): CacheRuleWriter {
  return {
    create: async (registry, name, rule) =>
      create(world, of(registry), write, registry, name, rule),
    async changeCredentialSet(registry, name, credentialSet) {
      const rule = of(registry).get(name.toLowerCase());
      if (!rule)
        throw new LarderError("missing", {
          code: "ResourceNotFound",
          message: `There is no cache rule ${name}.`,
        });
      const { source, target } = rule;
      const others = { rules: [], repositories: [] };
      const credentialSets = world.credentialSets.names(registry);
      refuseAsArm({ name, rule: { source, target, credentialSet }, credentialSets, ...others });
      const after = { ...rule, credentialSet, provisioningState: "Succeeded" as const };
      write(registry, name, { ...rule, provisioningState: "Updating" }, after);
    },
    async remove(registry, name) {
      const rule = of(registry).get(name.toLowerCase());
      if (rule) write(registry, name, { ...rule, provisioningState: "Deleting" }, undefined);
    },
  };
}

function create(
  world: World,
  rules: Registry,
  write: Write,
  registry: string,
  name: string,
  rule: Parameters<CacheRuleWriter["create"]>[2],
): void {
  const before = rules.get(name.toLowerCase());
  refuseAsArm({
    name,
    rule,
    rules: [...rules.values()].filter((one) => one !== before),
    credentialSets: world.credentialSets.names(registry),
    repositories: before ? [] : world.repositories.names(registry),
  });
  const { source, target, credentialSet } = rule;
  const createdAt = before?.createdAt ?? world.clock.now();
  const made = { name: before?.name ?? name, source, target, credentialSet, createdAt };
  const during = { ...made, provisioningState: "Creating" as const };
  write(registry, name, during, { ...made, provisioningState: "Succeeded" });
}
