import { type CacheRule, type LiveRule, sameName } from "../domain/cache-rule.ts";
import type { By } from "../domain/caller.ts";
import type { CredentialSet } from "../domain/credential-set.ts";
import type { RuleFacts } from "../domain/decision.ts";
import { isWildcard, wildcardPrefix } from "../domain/mapping.ts";
import { normaliseMapping } from "../domain/normalise-mapping.ts";
import type { Ports, Stored } from "../domain/ports.ts";
import { deriveRuleName } from "../domain/rule-name.ts";
import type { RuleRequest } from "../domain/rule-request.ts";
import { servedName } from "./find-rule.ts";

export type FactPorts = Pick<
  Ports,
  "registries" | "rules" | "cacheRules" | "credentialSets" | "repositories" | "ambient" | "settings"
>;

/** The part of the facts that ARM tells; a batch reads it once for all its requests. */
export interface LiveView {
  /** The registry's name as the settings spell it. */
  readonly registry: string;
  readonly loginServer: string;
  readonly live: readonly LiveRule[];
  readonly credentialSets: readonly CredentialSet[];
}

/** The facts of a decision, and the version of the registry that the decision holds for. */
export interface Gathered {
  readonly facts: RuleFacts;
  readonly version: string;
  readonly stored: readonly Stored<CacheRule>[];
}

/** Reads what ARM shows of a registry. `missing` when the registry is not served. */
export async function readLive(
  ports: Pick<FactPorts, "registries" | "cacheRules" | "credentialSets">,
  registry: string,
): Promise<LiveView> {
  const loginServer = await ports.registries.loginServer(registry);
  const [live, credentialSets] = await Promise.all([
    ports.cacheRules.list(registry),
    ports.credentialSets.list(registry),
  ]);
  return { registry: servedName(ports, registry), loginServer, live, credentialSets };
}

/**
 * Everything a decision on `request` needs. The store's version is read after ARM, so a record that
 * was removed because ARM had dropped its rule can at worst still be seen live, never be overlooked;
 * and a rule that became active in between is looked up by name, never taken for lost.
 */
export async function gatherFacts(
  ports: FactPorts,
  registry: string,
  request: RuleRequest,
  by: By,
  view: LiveView,
): Promise<Gathered> {
  const form = normaliseMapping(request, view.loginServer);
  const name = request.name ?? (form.ok ? deriveRuleName(form.mapping.source) : undefined);
  const [state, repositories] = await Promise.all([
    ports.rules.read(registry),
    form.ok ? readTaken(ports, registry, form.mapping.target) : [],
  ]);
  const records = state.rules.map(({ value }) => value);
  return {
    version: state.version,
    stored: state.rules,
    facts: {
      ...view,
      live: await withRuleOf(ports, registry, name, records, view.live),
      records,
      repositories,
      policy: ports.settings.policy,
      by,
      now: ports.ambient.now(),
    },
  };
}

/** The listing, with the asked rule as ARM shows it now if the listing lacks it and the record says that it is active. */
async function withRuleOf(
  ports: FactPorts,
  registry: string,
  name: string | undefined,
  records: readonly CacheRule[],
  live: readonly LiveRule[],
): Promise<readonly LiveRule[]> {
  const record = records.find((one) => name !== undefined && sameName(one.name, name));
  if (record?.status !== "active" || live.some((one) => sameName(one.name, record.name)))
    return live;
  const shown = await ports.cacheRules.get(registry, record.name);
  return shown ? [...live, shown] : live;
}

/** Names of a repository or two that lie in the requested target; enough to name one in a refusal. */
async function readTaken(
  ports: FactPorts,
  registry: string,
  target: string,
): Promise<readonly string[]> {
  if (isWildcard(target)) return ports.repositories.list(registry, wildcardPrefix(target), 1);
  return (await ports.repositories.exists(registry, target)) ? [target] : [];
}
