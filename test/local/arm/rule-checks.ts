import type { AcrRegistry } from "../acr/registry.ts";
import type { Rule, RuleProperties } from "../acr/rules.ts";
import { fail } from "./failure.ts";
import { sim } from "./sim-codes.ts";
import { needOf, supportedList } from "./upstreams.ts";

/** ACR's largest number of rules a registry (DOCS/troubleshoot). */
const maximumRules = 1000;

const badName = (): never =>
  fail(
    400,
    sim.invalidRepositoryName,
    "Repository names should follow the standardized docker repository naming conventions. All characters should be lowercase. For more information, please visit https://aka.ms/acr/cache.",
  );

const component = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*$/;

/** A repository path, or a wildcard: "*" alone or as the last component. */
function requirePath(path: string): void {
  const parts = path.split("/");
  const names = parts.at(-1) === "*" ? parts.slice(0, -1) : parts;
  if (names.some((name) => name.includes("*")))
    fail(400, sim.wildcardNotAllowed, `A wildcard may only stand at the end: '${path}'.`);
  if (path.length > 255 || names.some((name) => !component.test(name))) badName();
}

/** The upstream host of a source; refuses hosts ACR does not support. */
function requireHost(source: string): string {
  const [host = "", ...path] = source.split("/");
  if (needOf(host) === undefined) requireUpstream(host);
  if (path.length === 0) badName();
  requirePath(path.join("/"));
  return host;
}

/** 400 `UpstreamNotSupported` (acr#862) unless ACR supports the login server. */
export function requireUpstream(host: string): void {
  if (needOf(host) !== undefined) return;
  fail(
    400,
    "UpstreamNotSupported",
    `Unsupported upstream or login server '${host}' provided. Supported upstreams or login servers are: ${supportedList}.`,
  );
}

function requireCredentials(registry: AcrRegistry, host: string, rule: RuleProperties): void {
  const id = rule.credentialSetResourceId;
  if (id !== undefined) return requireCredentialSet(registry, id);
  if (host === "docker.io")
    fail(
      400,
      "EnforceDockerAuthentication",
      "Cannot create cache rule pointing to Docker Hub without credentials. Please add a credential set to cache rule. Learn more: https://aka.ms/acr/cache-auth",
    );
  if (needOf(host) === "required")
    fail(
      400,
      sim.enforceSourceAuthentication,
      `Cannot create cache rule pointing to ${host} without credentials. Please add a credential set to cache rule.`,
    );
}

/** A rule may name a set that is unhealthy, but not one that does not exist. */
export function requireCredentialSet(registry: AcrRegistry, id: string): void {
  const name = /\/credentialSets\/([^/]+)$/i.exec(id)?.[1];
  if (name !== undefined && registry.credentialSets.get(name)) return;
  fail(400, sim.credentialSetNotFound, `The credential set '${id}' was not found.`);
}

/** "a/b/*" and "*" as the prefix they stand for: "a/b/" and "". */
const prefixOf = (target: string) => target.slice(0, -1);

function requireFreeTarget(target: string, others: readonly Rule[]): void {
  const wild = target.endsWith("*");
  for (const { name, targetRepository: taken } of others) {
    if (wild !== taken.endsWith("*")) continue;
    if (!wild && target === taken)
      fail(409, sim.targetRepositoryInUse, `The cache rule '${name}' already targets '${target}'.`);
    const [a, b] = [prefixOf(target), prefixOf(taken)];
    if (wild && (a.startsWith(b) || b.startsWith(a)))
      fail(
        409,
        sim.targetRepositoryOverlaps,
        `The target '${target}' overlaps with '${taken}' of the cache rule '${name}'.`,
      );
  }
}

function requireNoRepository(registry: AcrRegistry, target: string): void {
  const { repositories } = registry.storage;
  if (!target.endsWith("*")) {
    if ((repositories.get(target)?.manifests.size ?? 0) === 0) return;
    fail(409, sim.targetRepositoryExists, `The repository '${target}' already exists.`);
  }
  const prefix = prefixOf(target);
  for (const [name, { manifests }] of repositories.entries())
    if (manifests.size > 0 && name.startsWith(prefix))
      fail(
        400,
        "TargetRepositoryPrefixMatchesExistingRegistries",
        `There are one or more target repositories in the registry which match the target repository prefix '${target}'.`,
      );
}

/** Ends the call unless a new rule (or a new mapping of an old one) may be made in the registry. */
export function checkRule(registry: AcrRegistry, name: string, rule: RuleProperties): void {
  const { sourceRepository: source, targetRepository: target } = rule;
  const host = requireHost(source);
  requirePath(target);
  if (source.endsWith("*") !== target.endsWith("*"))
    fail(400, sim.wildcardNotAllowed, "A wildcard must be on both sides of a rule or on neither.");
  requireCredentials(registry, host, rule);
  const others = registry.rules
    .list()
    .filter((other) => other.name.toLowerCase() !== name.toLowerCase())
    .map((other) => ({ name: other.name, ...other.properties }));
  if (others.length >= maximumRules)
    fail(409, sim.cacheRuleLimitReached, `A registry takes at most ${maximumRules} cache rules.`);
  requireFreeTarget(target, others);
  requireNoRepository(registry, target);
}
