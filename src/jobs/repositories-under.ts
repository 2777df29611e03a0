import type { CacheRule } from "../domain/cache-rule.ts";
import { isWildcard, wildcardPrefix } from "../domain/mapping.ts";
import type { Ports } from "../domain/ports.ts";

/** More repositories under one rule than this are not looked for. */
const mostRepositories = 100_000;

/** The repositories a rule may serve: its target, or what the catalog lists below it. */
export async function repositoriesUnder(
  { repositories }: Pick<Ports, "repositories">,
  registry: string,
  { target }: Pick<CacheRule, "target">,
): Promise<readonly string[]> {
  if (!isWildcard(target)) return [target];
  return repositories.list(registry, wildcardPrefix(target), mostRepositories);
}
