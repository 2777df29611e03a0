import { type Answer, refuse } from "../service.ts";
import type { Bearers, Claims } from "./bearer.ts";
import { challenge } from "./challenge.ts";
import { registryError } from "./errors.ts";
import type { Visibility } from "./repositories.ts";
import { audienceOf } from "./token-service.ts";
import type { Visit } from "./visit.ts";

/**
 * The claims of a caller who may read what the visit wants; undefined for nobody where none is needed.
 * Refuses with the host's challenge, or 403 DENIED where the host says so.
 */
export async function authorize(
  visit: Visit,
  visibility: Visibility,
  bearers: Bearers,
): Promise<Claims | undefined> {
  const { call, dialect } = visit;
  if (dialect.needsToken === "never") return undefined;
  const ignored = dialect.needsToken === "unless-public" && visibility === "public";
  const given = call.headers.authorization?.toLowerCase().startsWith("bearer ") === true;
  if (!given) return ignored ? undefined : refuse(challenge(visit));
  const claims = await bearers.read(call.headers.authorization, audienceOf(dialect, call.host));
  if (claims && visit.on("invalid-token-once")) return refuse(challenge(visit, "invalid_token"));
  if (ignored) return claims;
  if (!claims) return refuse(challenge(visit, "invalid_token"));
  if (mayRead(visit, visibility, claims)) return claims;
  return refuse(unreadable(visit));
}

function mayRead({ dialect, wanted }: Visit, visibility: Visibility, claims: Claims): boolean {
  if (!wanted) return true;
  if (dialect.token?.opensAllPublic && visibility === "public") return true;
  return claims.access.some(
    ({ name, actions }) => name === wanted.repository && actions.includes("pull"),
  );
}

function unreadable(visit: Visit): Answer {
  if (visit.dialect.unreadable === "challenge") return challenge(visit, "insufficient_scope");
  return registryError(403, "DENIED", "requested access to the resource is denied");
}
