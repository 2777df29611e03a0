import type { CacheRule } from "../domain/cache-rule.ts";
import { isWildcard, servingRule, targetTakes, wildcardPrefix } from "../domain/mapping.ts";
import type { Operation } from "../domain/operation.ts";
import type { Ports, Stored } from "../domain/ports.ts";
import { entry } from "../domain/rule-lifecycle.ts";

type ForgetPorts = Pick<Ports, "rules" | "cacheRules" | "repositories" | "ambient">;

/** More repositories than any registry holds under one prefix: all of them. */
const everything = 100_000;

/**
 * Ends a deletion whose rule ARM no longer has: removes the cached repositories if that was asked,
 * then the record. Answers what was done, in words. Killed anywhere, a repeat goes on.
 */
export async function forgetRule(
  ports: ForgetPorts,
  { value: rule, etag }: Stored<CacheRule>,
  operation: Operation | undefined,
): Promise<string> {
  const result =
    rule.images === "delete"
      ? await removeImages(ports, rule)
      : "Rule deleted; its repositories stay.";
  const now = ports.ambient.now();
  await ports.rules.commit({
    registry: rule.registry,
    remove: { name: rule.name, etag },
    operation: operation && { ...operation, status: "Succeeded", result, updatedAt: now },
    history: entry(rule, "deleted", "larder", now, result),
  });
  return result;
}

/** Removes what lies in the rule's target and no other rule serves. Locked repositories stay, and are named. */
async function removeImages(ports: ForgetPorts, rule: CacheRule): Promise<string> {
  const others = (await ports.cacheRules.list(rule.registry)).filter(
    ({ name }) => name !== rule.name,
  );
  const kept: string[] = [];
  let removed = 0;
  for (const name of await repositoriesIn(ports, rule)) {
    if (servingRule(others, name)) continue;
    const outcome = await ports.repositories.remove(rule.registry, name);
    if (outcome === "locked") kept.push(name);
    if (outcome === "removed") removed += 1;
  }
  const locked = kept.length === 0 ? "" : ` Locked, and therefore kept: ${kept.join(", ")}.`;
  return `Rule deleted, and ${removed} ${removed === 1 ? "repository" : "repositories"} with it.${locked}`;
}

async function repositoriesIn(
  ports: ForgetPorts,
  { registry, target }: CacheRule,
): Promise<readonly string[]> {
  if (!isWildcard(target))
    return (await ports.repositories.exists(registry, target)) ? [target] : [];
  const names = await ports.repositories.list(registry, wildcardPrefix(target), everything);
  return names.filter((name) => targetTakes(target, name));
}
