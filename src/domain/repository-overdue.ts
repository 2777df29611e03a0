import type { RepositoryState } from "./tag.ts";
import { secondsBetween, type Timestamp } from "./time.ts";

/** Times what a rule asks for; views call a tag's freshness unknown after two. */
const allowed = 3;

/**
 * Since when a repository has not been compared to the end, where that is longer than three times what its
 * rule asks for. Time begins anew when the rule is changed: it may ask for more since. One that never was
 * counts from the first sign of it.
 */
export function repositoryOverdue(
  { checkedAt, pass, trouble, queuedAt }: RepositoryState,
  rule: { readonly everySeconds: number; readonly updatedAt: Timestamp },
  now: Timestamp,
): Timestamp | undefined {
  const signs = [pass?.startedAt, trouble?.since, queuedAt].filter((at) => at !== undefined);
  const since = checkedAt ?? signs.sort()[0];
  if (since === undefined) return undefined;
  const counted = since > rule.updatedAt ? since : rule.updatedAt;
  return secondsBetween(counted, now) > allowed * rule.everySeconds ? since : undefined;
}
