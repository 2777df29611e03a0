import type { LiveRule } from "../../src/domain/cache-rule.ts";
import { LarderError } from "../../src/domain/errors.ts";
import type { CacheRules, CacheRuleWriter } from "../../src/domain/ports.ts";
import { refuseAsArm } from "./arm-rules.ts";
import type { VirtualClock } from "./clock.ts";
import type { FakeCredentialSets } from "./credential-sets.ts";
import { requireServed } from "./registries.ts";
import type { FakeRepositories } from "./repositories.ts";

/** How ARM ends the next long-running operation instead of well. */
export type Ending =
  /** Outlasts the adapter's patience: the rule stays Creating, Updating or Deleting until `settle`. */
  | { readonly kind: "slow" }
  /** Accepted, then failed: the rule stays there with provisioningState Failed. */
  | { readonly kind: "fails"; readonly code: string; readonly message: string };

export interface FakeArm {
  readonly cacheRules: CacheRules;
  readonly cacheRuleWriter: CacheRuleWriter;
  /** A rule made outside Larder, without any check. */
  put(registry: string, rule: Omit<LiveRule, "provisioningState"> & Partial<LiveRule>): void;
  /** A rule deleted outside Larder. */
  delete(registry: string, name: string): void;
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
  let unsettled: (() => void)[] = [];
  const of = (registry: string) => {
    const key = requireServed(world.registries, registry);
    const found = held.get(key) ?? new Map<string, LiveRule>();
    held.set(key, found);
    return found;
  };
  /** Accepts a write: shows `during` at once, then `after`, or ends as planned. */
  const write = (registry: string, name: string, during: LiveRule, after: LiveRule | undefined) => {
    const rules = of(registry);
    const key = name.toLowerCase();
    const finish = () => (after ? rules.set(key, after) : rules.delete(key));
    const ending = endings.shift();
    if (!ending) return void finish();
    rules.set(key, during);
    if (ending.kind === "slow") {
      unsettled.push(finish);
      throw new LarderError("unavailable", {
        code: "OperationTimedOut",
        message: "ARM accepted the change but has not finished it yet.",
      });
    }
    rules.set(key, { ...during, provisioningState: "Failed" });
    throw new LarderError("refused", { code: ending.code, message: ending.message });
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
    next: (ending) => void endings.push(ending),
    settle: () => {
      for (const finish of unsettled) finish();
      unsettled = [];
    },
  };
}

function writer(
  world: World,
  of: (registry: string) => Map<string, LiveRule>,
  write: (registry: string, name: string, during: LiveRule, after: LiveRule | undefined) => void,
): CacheRuleWriter {
  return {
    async create(registry, name, rule) {
      const rules = of(registry);
      refuseAsArm({
        name,
        rule,
        rules: [...rules.values()].filter((one) => one.name.toLowerCase() !== name.toLowerCase()),
        credentialSets: world.credentialSets.names(registry),
        repositories: rules.has(name.toLowerCase()) ? [] : world.repositories.names(registry),
      });
      const { source, target, credentialSet } = rule;
      const createdAt = rules.get(name.toLowerCase())?.createdAt ?? world.clock.now();
      const made = { name, source, target, credentialSet, createdAt };
      write(
        registry,
        name,
        { ...made, provisioningState: "Creating" },
        { ...made, provisioningState: "Succeeded" },
      );
    },
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
      write(
        registry,
        name,
        { ...rule, provisioningState: "Updating" },
        { ...rule, credentialSet, provisioningState: "Succeeded" },
      );
    },
    async remove(registry, name) {
      const rule = of(registry).get(name.toLowerCase());
      if (rule) write(registry, name, { ...rule, provisioningState: "Deleting" }, undefined);
    },
  };
}
