import type { Identity } from "../doors.ts";
import { type Answer, type Call, refuse } from "../service.ts";
import { actionsOf, authorityOf, basicOf, basicSubject } from "./access.ts";
import type { AcrRegistry } from "./registry.ts";
import type { Grant, Tokens } from "./tokens.ts";

/** Audiences a registry takes Entra tokens of: its own and ARM's (SDK: KnownContainerRegistryAudience). */
const audiences = ["https://containerregistry.azure.net", "https://management.azure.com"];

/** Lives in seconds: "about 3 h" and 75 min (facts/acr.md section 2). */
const refreshSeconds = 3 * 3600;
const accessSeconds = 75 * 60;

const unauthorized = (message: string): Answer => ({
  status: 401,
  body: { errors: [{ code: "UNAUTHORIZED", message }] },
});

const badRequest = (message: string): Answer => ({
  status: 400,
  body: { errors: [{ code: "BAD_REQUEST", message }] },
});

/** POST /oauth2/exchange: an Entra access token for a refresh token of this registry. */
export function exchange(call: Call, identity: Identity, tokens: Tokens): Answer {
  const form = new URLSearchParams(call.body.toString("utf8"));
  if (!form.get("service")) return badRequest("service is required");
  if (form.get("grant_type") !== "access_token") return badRequest("unsupported grant_type");
  const bearer = `Bearer ${form.get("access_token") ?? ""}`;
  const principal = audiences
    .map((audience) => identity.verify(bearer, audience))
    .find((found) => found !== undefined);
  if (principal === undefined) return unauthorized("invalid access token");
  const claims = { sub: principal, grant_type: "refresh_token" as const };
  return {
    status: 200,
    body: { refresh_token: tokens.sign(claims, refreshSeconds, authorityOf(call)) },
  };
}

/** GET and POST /oauth2/token: an access token for the scopes asked, as far as the subject has them. */
export function token(call: Call, registry: AcrRegistry, tokens: Tokens): Answer {
  const form =
    call.method === "POST" ? new URLSearchParams(call.body.toString("utf8")) : call.query;
  if (!form.get("service")) return badRequest("service is required");
  const subject =
    call.method === "POST"
      ? postSubject(form, registry, tokens)
      : getSubject(call, registry, tokens);
  const access = form
    .getAll("scope")
    .flatMap((text) => text.split(" "))
    .flatMap((text) => granted(text, actionsOf(subject, registry)));
  const claims = { sub: subject, grant_type: "access_token" as const, access };
  return {
    status: 200,
    body: { access_token: tokens.sign(claims, accessSeconds, authorityOf(call)) },
  };
}

function anonymous(registry: AcrRegistry): string {
  if (!registry.switches().anonymousPull) refuse(unauthorized("authentication required"));
  return "anonymous";
}

/** An empty refresh token with grant_type "password" is the SDK's anonymous access. */
function postSubject(form: URLSearchParams, registry: AcrRegistry, tokens: Tokens): string {
  const kind = form.get("grant_type");
  const given = form.get("refresh_token") ?? "";
  if (kind === "password" && given === "" && !form.get("password")) return anonymous(registry);
  if (kind === "password") {
    const admin = registry.switches().adminUser;
    const right =
      admin?.username === form.get("username") && admin?.password === form.get("password");
    return right ? "admin" : refuse(unauthorized("authentication failed"));
  }
  if (kind !== "refresh_token") refuse(badRequest("unsupported grant_type"));
  const claims = tokens.verify(given);
  if (claims?.grant_type !== "refresh_token") refuse(unauthorized("invalid refresh token"));
  return claims.sub;
}

function getSubject(call: Call, registry: AcrRegistry, tokens: Tokens): string {
  if (!basicOf(call.headers.authorization)) return anonymous(registry);
  return basicSubject(call, registry, tokens) ?? refuse(unauthorized("authentication failed"));
}

/** "repository:a/b:pull,push" as far as `allowed` goes; nothing for what is not allowed or not readable. */
function granted(scope: string, allowed: readonly string[]): Grant[] {
  const [type, name, wanted] = /^([a-z]+):(.+):([^:]+)$/.exec(scope)?.slice(1) ?? [];
  if (!type || !name || !wanted) return [];
  const actions = wanted.split(",").filter((action) => allowed.includes(action));
  return actions.length > 0 ? [{ type, name, actions }] : [];
}
