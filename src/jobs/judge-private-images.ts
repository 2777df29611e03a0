import type { TestVerdict } from "../domain/judge-new-token.ts";
import { isWildcard, servingRule, sourceOf, splitSource, standing } from "../domain/mapping.ts";
import type { Login } from "../domain/ports.ts";
import type { Rotation } from "../domain/rotation.ts";
import { secret } from "../domain/secret.ts";
import type { RotationSite } from "./rotation-site.ts";

/** Repositories tried at most. */
const most = 3;
const upstream = "docker.io";
const tag = "latest";

/**
 * Whether the new token opens what the old one opens: private repositories that are cached by rules of the set, where there
 * are any. Only HEADs, so nothing is counted. What the old token cannot read either says nothing about the new one.
 */
export async function judgePrivateImages(
  site: RotationSite,
  rotation: Rotation,
  login: Login,
): Promise<TestVerdict> {
  const { upstreams } = site.ports;
  const old = await oldLogin(site, rotation);
  for (const repository of await privateRepositories(site)) {
    const withNew = await upstreams.head(upstream, repository, tag, login);
    if (withNew.kind === "badLogin")
      return { kind: "refused", problem: { code: "NewTokenRefused", message: withNew.message } };
    if (withNew.kind !== "denied" || !old) continue;
    const withOld = await upstreams.head(upstream, repository, tag, old);
    if (withOld.kind !== "found") continue;
    const message = `The new token may not read ${upstream}/${repository}, which the old one may, and which is cached.`;
    return { kind: "wrong", problem: { code: "CannotReadPrivateImage", message } };
  }
  return { kind: "good" };
}

async function oldLogin(
  { ports, desk }: RotationSite,
  { oldVersion, oldUuid }: Rotation,
): Promise<Login | undefined> {
  if (oldVersion === undefined || oldUuid === undefined) return undefined;
  const { passwordSecretId, policy } = desk.record();
  const held = await ports.secrets.get(passwordSecretId, oldVersion);
  return held?.value && { username: secret(policy.account), password: held.value };
}

/** Cached repositories of Docker Hub under the set's rules that nobody may read without a login. */
async function privateRepositories({ ports, desk }: RotationSite): Promise<readonly string[]> {
  const { registry, name } = desk.record();
  const [{ rules }, states] = await Promise.all([
    ports.rules.read(registry),
    ports.tags.states(registry),
  ]);
  const records = standing(rules.map(({ value }) => value));
  const own = records.filter(
    (rule) =>
      rule.credentialSet?.toLowerCase() === name.toLowerCase() &&
      splitSource(rule.source).host === upstream,
  );
  const known = states.flatMap(({ value: { repository } }) => {
    const rule = servingRule(records, repository);
    return rule && own.includes(rule) ? [sourceOf(rule, repository)] : [];
  });
  const fixed = own.filter(({ source }) => !isWildcard(source)).map(({ source }) => source);
  const candidates = [...new Set([...fixed, ...known])]
    .map((source) => splitSource(source).path)
    .filter((path) => !path.startsWith("library/"));
  const found: string[] = [];
  for (const repository of candidates.slice(0, 10 * most)) {
    if (found.length === most) break;
    const open = await ports.upstreams.head(upstream, repository, tag, undefined);
    if (open.kind === "denied") found.push(repository);
  }
  return found;
}
