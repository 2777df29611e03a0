import { randomUUID } from "node:crypto";
import type { Clock } from "../clock.ts";
import type { Identity } from "../doors.ts";
import type { Answer, Call } from "../service.ts";
import { refuse } from "../service.ts";
import { tokenAuthority } from "./token.ts";

export interface LocalIdentity extends Identity {
  readonly tenantId: string;
  /** Client id of the app's identity: what `client_id` in a request may name. */
  readonly clientId: string;
  /** Value that callers of the endpoint must send as X-IDENTITY-HEADER. */
  readonly header: string;
  /** Path of the token endpoint, to be put behind the listener's address. */
  readonly path: string;
  /** For GET /state. Holds no token. */
  state(): unknown;
}

const apiVersion = "2019-08-01";
const lifetimeSeconds = 86_400;
const path = "/msi/token";

/**
 * The App Service managed-identity endpoint (facts/functions.md section 3) with one identity, the app's.
 * Its tokens carry the claims that Key Vault, ARM and ACR look at. An `exp` is judged by the clock.
 */
export function localIdentity(clock: Clock): LocalIdentity {
  const authority = tokenAuthority();
  const own = {
    tenantId: randomUUID(),
    clientId: randomUUID(),
    appPrincipalId: randomUUID(),
    header: randomUUID(),
  };
  const issued = new Map<string, number>();
  const seconds = () => Math.floor(clock.now() / 1000);
  const issue = (principalId: string, audience: string) =>
    authority.sign(claims(own, principalId, audience, seconds()));
  const answer = (call: Call): Answer => {
    const resource = resourceOf(call, own);
    issued.set(resource, (issued.get(resource) ?? 0) + 1);
    const accessToken = issue(own.appPrincipalId, resource);
    return { status: 200, body: tokenReply(accessToken, own.clientId, resource, seconds()) };
  };
  return {
    ...own,
    service: {
      name: "identity",
      endpoint: (call) => (call.path === path ? `${call.method} ${path}` : "other"),
      answer,
    },
    path,
    issue,
    verify(authorization, audience) {
      const token = /^Bearer (\S+)$/i.exec(authorization ?? "")?.[1];
      const found = token === undefined ? undefined : authority.read(token);
      if (!found || found.exp <= seconds()) return undefined;
      return bare(found.aud) === bare(audience) ? found.oid : undefined;
    },
    state: () => ({
      appPrincipalId: own.appPrincipalId,
      tokensIssued: Object.fromEntries(issued),
    }),
  };
}

type Own = Pick<LocalIdentity, "tenantId" | "clientId" | "appPrincipalId" | "header">;

function claims(own: Own, principalId: string, audience: string, now: number) {
  return {
    aud: audience,
    iss: `https://sts.windows.net/${own.tenantId}/`,
    iat: now,
    nbf: now,
    exp: now + lifetimeSeconds,
    appid: principalId === own.appPrincipalId ? own.clientId : principalId,
    idtyp: "app",
    oid: principalId,
    sub: principalId,
    tid: own.tenantId,
    ver: "1.0",
  };
}

function tokenReply(accessToken: string, clientId: string, resource: string, now: number) {
  return {
    access_token: accessToken,
    client_id: clientId,
    expires_on: String(now + lifetimeSeconds),
    not_before: String(now),
    resource,
    token_type: "Bearer",
  };
}

const bare = (resource: string) => resource.replace(/\/+$/, "");

/** The resource a token is asked for; refuses as the endpoint does. Wordings are invented. */
function resourceOf(call: Call, own: Own): string {
  const fail = (status: number, message: string) =>
    refuse({ status, body: { statusCode: status, message } });
  if (call.path !== path) fail(404, "Not found.");
  if (call.method !== "GET") fail(405, "Only GET is supported.");
  if (call.headers["x-identity-header"] !== own.header)
    fail(401, "X-IDENTITY-HEADER is missing or wrong.");
  const version = call.query.get("api-version");
  if (version !== apiVersion) fail(400, `Unsupported api-version '${version}'.`);
  const asked = { client_id: own.clientId, principal_id: own.appPrincipalId };
  for (const [name, known] of Object.entries(asked)) {
    const given = call.query.get(name);
    if (given !== null && given.toLowerCase() !== known)
      fail(400, "No managed identity was found for the given ids.");
  }
  return call.query.get("resource") ?? fail(400, "The query parameter 'resource' is required.");
}
