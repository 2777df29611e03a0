import type { CacheRule } from "../domain/cache-rule.ts";
import { type CredentialSet, setByName } from "../domain/credential-set.ts";
import { effectivePolicy } from "../domain/effective-policy.ts";
import { LarderError } from "../domain/errors.ts";
import { servingRule, sourceOf, splitSource, standing } from "../domain/mapping.ts";
import type { RefreshMessage } from "../domain/messages.ts";
import type { Login } from "../domain/ports.ts";
import type { RefreshRequest } from "../domain/refresh.ts";
import type { RefreshPolicy } from "../domain/refresh-policy.ts";
import { isPinned } from "../domain/view-tag.ts";
import { readLogin, unreadLogin } from "./read-login.ts";
import type { RefreshPorts, Site } from "./refresh-site.ts";
import type { Desk } from "./repository-desk.ts";

export type RepositoryMessage = Extract<RefreshMessage, { kind: "refresh-repository" }>;

/** The recorded rule that a repository comes under, whatever its status, if only it once was or is to be in ARM. */
export async function ruleOf(
  ports: Pick<RefreshPorts, "rules">,
  registry: string,
  repository: string,
): Promise<CacheRule | undefined> {
  const { rules } = await ports.rules.read(registry);
  return servingRule(standing(rules.map(({ value }) => value)), repository);
}

/** The rule's policy as a refresh on demand narrows or changes it. What the rule excludes stays excluded. */
function policyFor(rule: CacheRule, request: RefreshRequest | undefined): RefreshPolicy {
  const policy = rule.refresh ?? { tags: [] };
  return {
    ...policy,
    ...(request?.tags && { tags: request.tags }),
    ...(request?.strategy && { strategy: request.strategy }),
  };
}

/** Everything a worker needs to know before it begins. */
export async function openSite(
  ports: RefreshPorts,
  { registry, repository, partialCatalog }: RepositoryMessage,
  rule: CacheRule,
  request: RefreshRequest | undefined,
  desk: Desk,
): Promise<Site> {
  const { host, path } = splitSource(sourceOf(rule, repository));
  const now = ports.ambient.now();
  const pins = await ports.tags.pins(registry, repository);
  const set = once(() => findSet(ports, registry, rule));
  return {
    ports,
    registry,
    repository,
    rule,
    policy: effectivePolicy(policyFor(rule, request), ports.refreshSettings.defaults),
    host,
    path,
    set,
    login: once(async () => {
      const found = await set();
      return found && loginOf(ports, found);
    }),
    pins: new Map(pins.filter((pin) => isPinned(pin, now)).map((pin) => [pin.tag, pin])),
    desk,
    held: new Set(),
    platformsOf: new Map(),
    withLogin: false,
    loginKnown: false,
    noPurge: undefined,
    listed: undefined,
    partialCatalog: partialCatalog === true,
  };
}

/** The answer of the first call, for all. */
function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | undefined;
  return () => {
    asked ??= ask();
    return asked;
  };
}

async function findSet(
  ports: Pick<RefreshPorts, "credentialSets">,
  registry: string,
  { credentialSet }: CacheRule,
): Promise<CredentialSet | undefined> {
  if (credentialSet === undefined) return undefined;
  const sets = await ports.credentialSets.list(registry);
  return setByName(sets, credentialSet);
}

/** What passes is tried again; what does not is told of. */
async function loginOf(
  { vault }: Pick<RefreshPorts, "vault">,
  set: CredentialSet,
): Promise<Login | string> {
  const login = await readLogin(vault, set);
  if (!(login instanceof LarderError)) return login;
  if (login.reason === "unavailable") throw login;
  return unreadLogin(set.name, login);
}
