/*
 * Keys of the rows of `Budgets`: "pulls docker.io docker-hub", "breaker docker.io", "purge contoso".
 * There are also those of the throttle, "requests contoso". No host and no name has a blank in it.
 */

/** What an upstream allows the account behind a credential set. */
export const pullsKey = (upstream: string, credentialSet: string) =>
  `pulls ${upstream} ${credentialSet.toLowerCase()}`;

/** Whether an upstream is left alone. */
export const breakerKey = (upstream: string) => `breaker ${upstream}`;

/** Whether anything may be purged in a registry. */
export const purgeKey = (registry: string) => `purge ${registry.toLowerCase()}`;

type BudgetSubject =
  | { readonly kind: "pulls"; readonly upstream: string; readonly account: string }
  | { readonly kind: "breaker"; readonly upstream: string };

/** What a row about an upstream is about; undefined for any other. The account: a credential set, in lower case. */
export function subjectOf(key: string): BudgetSubject | undefined {
  const [kind, first, second] = key.split(" ");
  if (!first) return undefined;
  if (kind === "pulls" && second) return { kind, upstream: first, account: second };
  if (kind === "breaker") return { kind, upstream: first };
  return undefined;
}
