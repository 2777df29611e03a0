import type { CacheRule } from "../domain/cache-rule.ts";
import { isWildcard, servingRule, standing, wildcardPrefix } from "../domain/mapping.ts";
import type { RotationRecord } from "../domain/rotation.ts";
import type { RotationPorts } from "./rotation-site.ts";

type CanaryPorts = Pick<RotationPorts, "pulls" | "rules" | "tags">;

/**
 * Pulls an image through the registry by a rule that uses the credential set: the policy's canary, or else a tag that is
 * known to be cached. true: it came; false: it did not; undefined: no rule of the set has anything to pull.
 */
export async function pullCanary(
  ports: CanaryPorts,
  record: RotationRecord,
): Promise<boolean | undefined> {
  const image = await chooseCanary(ports, record);
  if (!image) return undefined;
  const answer = await ports.pulls.get(record.registry, image.repository, image.tag);
  return answer.kind === "answered";
}

/** Where to pull what; undefined when there is nothing. */
async function chooseCanary(
  ports: CanaryPorts,
  { registry, name, policy }: RotationRecord,
): Promise<{ readonly repository: string; readonly tag: string } | undefined> {
  const { rules } = await ports.rules.read(registry);
  const records = standing(rules.map(({ value }) => value));
  const own = records.filter(
    (rule) => rule.status === "active" && rule.credentialSet?.toLowerCase() === name.toLowerCase(),
  );
  if (policy.canary !== undefined) return targetOf(policy.canary, own, records);
  const mine = new Set(own.map((rule) => rule.name));
  const { tags } = await ports.tags.list(registry, { limit: 50 });
  const known = tags.find(
    ({ repository, cached }) =>
      cached !== undefined && mine.has(servingRule(records, repository)?.name ?? ""),
  );
  return known && { repository: known.repository, tag: known.tag };
}

/** The repository in the registry that a rule of the set caches an image of Docker Hub at. */
function targetOf(
  canary: string,
  own: readonly CacheRule[],
  all: readonly CacheRule[],
): { readonly repository: string; readonly tag: string } | undefined {
  const colon = canary.lastIndexOf(":");
  const [path, tag] =
    colon < 0 ? [canary, "latest"] : [canary.slice(0, colon), canary.slice(colon + 1)];
  const source = `docker.io/${path}`;
  for (const rule of own) {
    const covered = isWildcard(rule.source)
      ? source.startsWith(wildcardPrefix(rule.source))
      : rule.source === source;
    if (!covered) continue;
    const repository = isWildcard(rule.target)
      ? wildcardPrefix(rule.target) + source.slice(wildcardPrefix(rule.source).length)
      : rule.target;
    if (servingRule(all, repository)?.name === rule.name) return { repository, tag };
  }
  return undefined;
}
