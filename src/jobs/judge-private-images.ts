import { sameName } from "../domain/cache-rule.ts";
import { LarderError } from "../domain/errors.ts";
import type { TestVerdict } from "../domain/judge-new-token.ts";
import { isWildcard, servingRule, sourceOf, splitSource, standing } from "../domain/mapping.ts";
import type { Login } from "../domain/ports.ts";
import type { Rotation } from "../domain/rotation.ts";
import { secret } from "../domain/secret.ts";
import { secondsBetween, type Timestamp } from "../domain/time.ts";
import type { UpstreamHead } from "../domain/upstream-answer.ts";
import { orProblem } from "./or-problem.ts";
import type { RotationSite } from "./rotation-site.ts";

/** Repositories tried at most. */
const most = 3;
const upstream = "docker.io";
/** Asked for where no tag is known to be cached. */
const usualTag = "latest";
/** Records of a repository's tags among which a cached one is looked for. */
const tagsRead = 50;

/** A repository of Docker Hub, and where the registry has it. */
interface Cached {
  readonly path: string;
  readonly repository: string;
}

/**
 * Whether the new token opens what the old one opens: private repositories that are cached by rules of the set, where there
 * are any. Only HEADs, so nothing is counted. What the old token may not read either says nothing about the new one, nor does what
 * cannot be asked for hours: the live token must not end over one repository, nor over a record of a rule or a tag that
 * cannot be read until somebody mends it.
 */
export async function judgePrivateImages(
  site: RotationSite,
  rotation: Rotation,
  login: Login,
): Promise<TestVerdict> {
  const verdict = await orProblem(judgeAll(site, rotation, login));
  if (!(verdict instanceof LarderError)) return verdict;
  const { problem } = verdict;
  if (problem.code !== "RowUnreadable") throw verdict;
  if (isGivenUp(rotation, site.ports.ambient.now())) return { kind: "good" };
  return { kind: "unknown", problem: { ...problem, code: unanswered } };
}

async function judgeAll(
  site: RotationSite,
  rotation: Rotation,
  login: Login,
): Promise<TestVerdict> {
  const old = await oldLogin(site, rotation);
  for (const one of await privateRepositories(site)) {
    const tag = await cachedTag(site, one);
    const verdict = await compare(site, one.path, tag, login, old);
    const passedOver = verdict.kind === "unknown" && isGivenUp(rotation, site.ports.ambient.now());
    if (verdict.kind !== "good" && !passedOver) return verdict;
  }
  return { kind: "good" };
}

const unanswered = "PrivateImageUnanswered";
/** Seconds that a repository has to answer. */
const patience = 6 * 3600;

function isGivenUp({ hold }: Rotation, now: Timestamp): boolean {
  return hold?.code === unanswered && secondsBetween(hold.since, now) >= patience;
}

async function compare(
  { ports: { upstreams } }: RotationSite,
  path: string,
  tag: string,
  login: Login,
  old: Login | undefined,
): Promise<TestVerdict> {
  const withNew = await upstreams.head(upstream, path, tag, login);
  if (withNew.kind === "badLogin")
    return { kind: "refused", problem: { code: "NewTokenRefused", message: withNew.message } };
  if (!old || mayRead(withNew)) return { kind: "good" };
  if (withNew.kind === "couldNotAsk") return unknown(withNew);
  const withOld = await upstreams.head(upstream, path, tag, old);
  if (withOld.kind === "couldNotAsk") return unknown(withOld);
  if (!mayRead(withOld)) return { kind: "good" };
  const message = `The new token may not read ${upstream}/${path}, which the old one may, and which is cached.`;
  return { kind: "wrong", problem: { code: "CannotReadPrivateImage", message } };
}

/** A 404 speaks of the tag: who may not read a repository is denied it, whether or not it is there. */
function mayRead({ kind }: UpstreamHead): boolean {
  return kind === "found" || kind === "absent";
}

function unknown({
  message,
  retryAfterSeconds,
}: Extract<UpstreamHead, { readonly kind: "couldNotAsk" }>): TestVerdict {
  return {
    kind: "unknown",
    problem: { code: unanswered, message },
    retryAfterSeconds,
  };
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

/** A tag that the registry lists, and upstream has, as far as Larder knows. */
async function cachedTag({ ports, desk }: RotationSite, { repository }: Cached): Promise<string> {
  const { registry } = desk.record();
  const { tags } = await ports.tags.list(registry, { repository, limit: tagsRead });
  const known = tags.find(({ cached, status }) => cached !== undefined && status !== "gone");
  return known?.tag ?? usualTag;
}

/** Cached repositories of Docker Hub under the set's rules that nobody may read without a login. */
async function privateRepositories(site: RotationSite): Promise<readonly Cached[]> {
  const found: Cached[] = [];
  for (const one of (await cachedRepositories(site)).slice(0, 10 * most)) {
    if (found.length === most) break;
    const open = await site.ports.upstreams.head(upstream, one.path, usualTag, undefined);
    if (open.kind === "denied") found.push(one);
  }
  return found;
}

/** Those that Larder knows; official images, which are public, left out. */
async function cachedRepositories({ ports, desk }: RotationSite): Promise<readonly Cached[]> {
  const { registry, name } = desk.record();
  const [{ rules }, states] = await Promise.all([
    ports.rules.read(registry),
    ports.tags.states(registry),
  ]);
  const records = standing(rules.map(({ value }) => value));
  const own = records.filter(
    ({ credentialSet, source }) =>
      credentialSet !== undefined &&
      sameName(credentialSet, name) &&
      splitSource(source).host === upstream,
  );
  const known = states.flatMap(({ value: { repository } }) => {
    const rule = servingRule(records, repository);
    return rule && own.includes(rule) ? [{ source: sourceOf(rule, repository), repository }] : [];
  });
  const fixed = own
    .filter(({ source }) => !isWildcard(source))
    .map(({ source, target }) => ({ source, repository: target }));
  const byPath = new Map(
    [...fixed, ...known].map(({ source, repository }) => [splitSource(source).path, repository]),
  );
  return [...byPath]
    .map(([path, repository]) => ({ path, repository }))
    .filter(({ path }) => !path.startsWith("library/"));
}
