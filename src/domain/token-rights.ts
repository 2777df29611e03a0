import { type TokenScope, tokenScopes } from "./rotation-policy.ts";
import type { Identification } from "./rotation-ports.ts";

/** What a token's session says of it. */
type Shown = Pick<Identification, "kind" | "scopes">;

/**
 * An organization access token's rights to images, and what they come to of a personal token's: push includes pull, delete
 * includes push (docs.docker.com, "Organization access tokens"). Two spellings occur (facts/docker-hub.md section 1).
 */
const organizationRights: ReadonlyMap<string, TokenScope> = new Map([
  ["scope-image-pull", "repo:read"],
  ["repo-pull", "repo:read"],
  ["scope-image-push", "repo:write"],
  ["repo-push", "repo:write"],
  ["scope-image-delete", "repo:admin"],
]);

function scopeOf(kind: Shown["kind"], name: string): TokenScope | undefined {
  if (kind === "organization") return organizationRights.get(name);
  return kind === "personal" ? tokenScopes.find((scope) => scope === name) : undefined;
}

/** The most that a token may do; undefined: its session names nothing that Larder knows. */
export function widestScope({ kind, scopes }: Shown): TokenScope | undefined {
  const known = scopes.map((name) => scopeOf(kind, name));
  return tokenScopes.find((scope) => known.includes(scope));
}

/** Whether who may do `scope` may do `other`, too. */
export function includesScope(scope: TokenScope, other: TokenScope): boolean {
  return tokenScopes.indexOf(scope) <= tokenScopes.indexOf(other);
}

/** Names of a token's rights of which Larder knows nothing; each once. */
export function unknownRights({ kind, scopes }: Shown): readonly string[] {
  return [...new Set(scopes.filter((name) => scopeOf(kind, name) === undefined))];
}
