import type { CacheRule } from "../domain/cache-rule.ts";
import { isWildcard, servingRule, standing, wildcardPrefix } from "../domain/mapping.ts";
import type { RotationRecord } from "../domain/rotation.ts";
import type { RotationPorts } from "./rotation-site.ts";

type CanaryPorts = Pick<RotationPorts, "ambient" | "pulls" | "rules" | "tags">;

/**
 * Pulls an image through the registry by a rule that uses the credential set: the policy's canary, or else a tag that is
 * known to be cached. true: it came, and ACR reached upstream with the set's login; false: it did not come, or ACR could not
 * reach upstream; undefined: no rule of the set has anything to pull.
 */
export async function pullCanary(
  ports: CanaryPorts,
  record: RotationRecord,
): Promise<boolean | undefined> {
  const image = await chooseCanary(ports, record);
  if (!image) return undefined;
  const answer = await ports.pulls.get(record.registry, image.repository, image.tag);
  if (answer.kind !== "answered") return false;
  return answer.fromUpstream || (await reachesUpstream(ports, record.registry, image.repository));
}

/**
 * What the registry holds it answers with whatever login, or none (facts/acr.md section 0). A tag that nobody can have must be
 * asked for upstream: that it is not there is upstream's own answer, which ACR gets only once it has signed in. Costs no pull.
 */
async function reachesUpstream(
  { pulls, ambient }: CanaryPorts,
  registry: string,
  repository: string,
): Promise<boolean> {
  const moment = ambient.now().replaceAll(/[^0-9]/g, "");
  const answer = await pulls.get(registry, repository, `larder-proof-${moment}`);
  return answer.kind !== "couldNotAsk";
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
