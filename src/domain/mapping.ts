import type { Mapping } from "./cache-rule.ts";
import { hostMatches } from "./upstream.ts";

/*
 * How ACR compares the mappings of cache rules (learn.microsoft.com/azure/container-registry/wildcards-artifact-cache):
 * a wildcard stands at the end, on both sides, for a whole path; wildcard targets may not be equal or nested;
 * a static target beside or under a wildcard is allowed and wins; two static targets may not be equal.
 */

/** Whether a path ends in the wildcard: "*" or "grafana/*". */
export function isWildcard(path: string): boolean {
  return path === "*" || path.endsWith("/*");
}

/** What every repository under a wildcard starts with: "grafana/" for "grafana/*", "" for "*". */
export function wildcardPrefix(path: string): string {
  return path.slice(0, -1);
}

/** Whether ACR refuses the two targets beside each other. Symmetric. */
export function targetsOverlap(a: string, b: string): boolean {
  if (isWildcard(a) !== isWildcard(b)) return false;
  if (!isWildcard(a)) return a === b;
  const [first, second] = [wildcardPrefix(a), wildcardPrefix(b)];
  return first.startsWith(second) || second.startsWith(first);
}

/** Whether an existing repository stands in the way of a new rule's target. */
export function targetTakes(target: string, repository: string): boolean {
  return isWildcard(target) ? repository.startsWith(wildcardPrefix(target)) : repository === target;
}

/** Whether everything that `source` can pull is covered by a pattern of the policy. */
export function patternCovers(pattern: string, source: string): boolean {
  const path = pathBehind(pattern, source);
  if (path === undefined) return false;
  const wanted = splitSource(source).path;
  return path.endsWith("*") ? wanted.startsWith(path.slice(0, -1)) : wanted === path;
}

/** Whether `source` can pull anything that a pattern of the policy covers. */
export function patternMeets(pattern: string, source: string): boolean {
  if (patternCovers(pattern, source)) return true;
  const path = pathBehind(pattern, source);
  const wanted = splitSource(source).path;
  return path !== undefined && isWildcard(wanted) && path.startsWith(wildcardPrefix(wanted));
}

/** The path of a pattern whose host takes in the source's; undefined when it does not. "*" takes in all. */
function pathBehind(pattern: string, source: string): string | undefined {
  if (pattern === "*") return "*";
  const { host, path } = splitSource(pattern);
  return hostMatches(host, splitSource(source).host) ? path : undefined;
}

/**
 * Upstream of a source, and the path behind it ("docker.io", "grafana/*").
 * The source has been normalised, so there is always a slash.
 */
export function splitSource(source: Mapping["source"]): {
  readonly host: string;
  readonly path: string;
} {
  const slash = source.indexOf("/");
  return { host: source.slice(0, slash), path: source.slice(slash + 1) };
}

/** Which rule serves a repository: the static one if there is one, else the longest wildcard. */
export function servingRule<R extends Mapping>(
  rules: readonly R[],
  repository: string,
): R | undefined {
  return rules
    .filter(({ target }) => targetTakes(target, repository))
    .sort(
      (a, b) =>
        Number(isWildcard(a.target)) - Number(isWildcard(b.target)) ||
        b.target.length - a.target.length,
    )[0];
}

/** Records of rules that ARM has or is to have, or once had: those that a repository can come under. */
export function standing<R extends { readonly status: string }>(rules: readonly R[]): readonly R[] {
  return rules.filter(({ status }) => status !== "rejected" && status !== "awaitingApproval");
}

/** The source a repository under a rule is pulled from: "docker.io/grafana/loki". */
export function sourceOf({ source, target }: Mapping, repository: string): string {
  if (!isWildcard(target)) return source;
  return wildcardPrefix(source) + repository.slice(wildcardPrefix(target).length);
}
