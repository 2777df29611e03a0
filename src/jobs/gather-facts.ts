import type { CacheRule, LiveRule } from "../domain/cache-rule.ts";
import type { CredentialSet } from "../domain/credential-set.ts";
import type { RuleFacts } from "../domain/decide-cache-rule.ts";
import { isWildcard, wildcardPrefix } from "../domain/mapping.ts";
import { normaliseMapping } from "../domain/normalise-mapping.ts";
import type { Ports, Stored } from "../domain/ports.ts";
import type { RuleRequest } from "../domain/rule-request.ts";

export type FactPorts = Pick<
  Ports,
  "registries" | "rules" | "cacheRules" | "credentialSets" | "repositories" | "ambient" | "settings"
>;

/** The part of the facts that ARM tells; a batch reads it once for all its requests. */
export interface LiveView {
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
  return { loginServer, live, credentialSets };
}

/**
 * Everything a decision on `request` needs. The store's version is read after ARM, so a record that
 * was removed because ARM had dropped its rule can at worst still be seen live, never be overlooked.
 */
export async function gatherFacts(
  ports: FactPorts,
  registry: string,
  request: RuleRequest,
  by: string,
  view: LiveView,
): Promise<Gathered> {
  const [state, repositories] = await Promise.all([
    ports.rules.read(registry),
    readTaken(ports, registry, request, view.loginServer),
  ]);
  return {
    version: state.version,
    stored: state.rules,
    facts: {
      ...view,
      records: state.rules.map(({ value }) => value),
      repositories,
      policy: ports.settings.policy,
      by,
      now: ports.ambient.now(),
    },
  };
}

/** Names of a repository or two that lie in the requested target; enough to name one in a refusal. */
async function readTaken(
  ports: FactPorts,
  registry: string,
  request: RuleRequest,
  loginServer: string,
): Promise<readonly string[]> {
  const form = normaliseMapping(request, loginServer);
  if (!form.ok) return [];
  const { target } = form.mapping;
  if (isWildcard(target)) return ports.repositories.list(registry, wildcardPrefix(target), 1);
  return (await ports.repositories.exists(registry, target)) ? [target] : [];
}
