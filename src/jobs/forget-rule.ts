import { type CacheRule, sameName } from "../domain/cache-rule.ts";
import { isReason, LarderError } from "../domain/errors.ts";
import { isWildcard, servingRule, targetTakes, wildcardPrefix } from "../domain/mapping.ts";
import { type Occupant, occupants } from "../domain/occupants.ts";
import type { Operation } from "../domain/operation.ts";
import type { Ports, Stored } from "../domain/ports.ts";
import { entry } from "../domain/rule-lifecycle.ts";

type ForgetPorts = Pick<Ports, "rules" | "cacheRules" | "repositories" | "ambient">;

/** More repositories than any registry holds under one prefix: all of them. */
const everything = 100_000;
/** Repositories deleted before it is asked again which rules there are. */
const perLook = 25;
/** Locked repositories that are named; of more, the number is told. */
const named = 20;

/**
 * Ends a deletion whose rule ARM no longer has ("forget": the cached repositories go too if that was
 * asked), or has made anew ("abandon": nothing in the registry is touched). Answers what was done,
 * in words. Killed anywhere, a repeat goes on.
 */
export async function forgetRule(
  ports: ForgetPorts,
  { value: rule, etag }: Stored<CacheRule>,
  operation: Operation | undefined,
  how: "forget" | "abandon",
): Promise<string> {
  const result = await deal(ports, rule, how);
  const now = ports.ambient.now();
  await ports.rules.commit({
    registry: rule.registry,
    remove: { name: rule.name, etag },
    operation: operation && { ...operation, status: "Succeeded", result, updatedAt: now },
    history: entry(rule, "deleted", "larder", now, result),
  });
  return result;
}

async function deal(
  ports: ForgetPorts,
  rule: CacheRule,
  how: "forget" | "abandon",
): Promise<string> {
  if (how === "abandon") {
    return "Somebody made another rule of this name outside Larder; it and all images were left alone.";
  }
  return rule.images === "delete"
    ? removeImages(ports, rule)
    : "Rule deleted; its repositories stay, and ACR takes no new rule over them until they are deleted.";
}

/** Removes what lies in the rule's target and no other rule serves. Locked repositories stay, and are named. */
async function removeImages(ports: ForgetPorts, rule: CacheRule): Promise<string> {
  const locked: string[] = [];
  let removed = 0;
  const names = await repositoriesIn(ports, rule);
  for (let from = 0; from < names.length; from += perLook) {
    const others = await otherRules(ports, rule);
    for (const name of names.slice(from, from + perLook)) {
      if (servingRule(others, name)) continue;
      const outcome = await removeOne(ports, rule, name);
      if (outcome === "locked") locked.push(name);
      if (outcome === "removed") removed += 1;
    }
  }
  return `Rule deleted, and ${removed} ${removed === 1 ? "repository" : "repositories"} with it.${told(locked)}`;
}

function told(locked: readonly string[]): string {
  if (locked.length === 0) return "";
  const more = locked.length > named ? ` and ${locked.length - named} more` : "";
  return ` Locked, and therefore kept: ${locked.slice(0, named).join(", ")}${more}.`;
}

/** Every other rule, in ARM or on record. `unavailable` when this very rule is there again: then the deletion starts over. */
async function otherRules(ports: ForgetPorts, rule: CacheRule): Promise<readonly Occupant[]> {
  const live = await ports.cacheRules.list(rule.registry);
  if (live.some(({ name }) => sameName(name, rule.name))) {
    const message = `Rule "${rule.name}" is in ARM again.`;
    throw new LarderError("unavailable", { code: "RuleReappeared", message });
  }
  const records = (await ports.rules.read(rule.registry)).rules.map(({ value }) => value);
  return occupants(records, live).filter(({ name }) => !sameName(name, rule.name));
}

async function removeOne(ports: ForgetPorts, { registry }: CacheRule, repository: string) {
  try {
    return await ports.repositories.remove(registry, repository);
  } catch (error) {
    if (!isReason(error, "lacksRight")) throw error;
    const { message } = error.problem;
    throw new LarderError("lacksRight", { code: "RepositoryDeleteForbidden", message });
  }
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
