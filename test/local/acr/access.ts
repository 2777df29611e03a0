import { type Answer, type Call, refuse } from "../service.ts";
import type { AcrRegistry } from "./registry.ts";
import type { Claims, Grant, Tokens } from "./tokens.ts";

/** What an endpoint needs: the first action goes into the challenge, having any one of them is enough unless `all`. */
export interface Need {
  readonly type: "repository" | "registry";
  readonly name: string;
  readonly actions: readonly string[];
  readonly all?: boolean;
}

/** Host and port as the client wrote them: realm and service of the challenge. */
export const authorityOf = (call: Call) => call.origin.slice(call.origin.indexOf("://") + 3);

/** User name and password of a Basic header. */
export function basicOf(authorization: string | undefined) {
  const [scheme, text = ""] = (authorization ?? "").split(" ");
  if (scheme?.toLowerCase() !== "basic") return undefined;
  const plain = Buffer.from(text, "base64").toString("utf8");
  const cut = plain.indexOf(":");
  return cut < 0 ? undefined : { username: plain.slice(0, cut), password: plain.slice(cut + 1) };
}

/** User name that says the password is a refresh token (facts/acr.md section 2, Azure/acr docs/AAD-OAuth.md). */
const tokenUser = "00000000-0000-0000-0000-000000000000";

/** Who a Basic login is: "admin", the subject of a refresh token, or nobody. */
export function basicSubject(
  call: Call,
  registry: AcrRegistry,
  tokens: Tokens,
): string | undefined {
  const basic = basicOf(call.headers.authorization);
  if (!basic) return undefined;
  const admin = registry.switches().adminUser;
  if (admin && basic.username === admin.username && basic.password === admin.password)
    return "admin";
  if (basic.username !== tokenUser) return undefined;
  const claims = tokens.verify(basic.password);
  return claims?.grant_type === "refresh_token" ? claims.sub : undefined;
}

const everything = ["pull", "push", "delete", "metadata_read", "metadata_write", "*"];
const anonymousActions = ["pull", "metadata_read", "*"];

/** The actions a subject has on any repository (and "*" on the catalog). */
export function actionsOf(subject: string, registry: AcrRegistry): readonly string[] {
  if (subject === "anonymous") return registry.switches().anonymousPull ? anonymousActions : [];
  return registry.switches().rights[subject] ?? everything;
}

function covers(access: readonly Grant[], need: Need): boolean {
  const has = (action: string) =>
    access.some(
      ({ type, name, actions }) =>
        type === need.type && name === need.name && actions.includes(action),
    );
  return need.all ? need.actions.every(has) : need.actions.some(has);
}

/**
 * The subject of a call that may do what it needs; without a need any good token will do.
 * Otherwise ends the call with the 401 challenge.
 */
export function authorize(
  call: Call,
  need: Need | undefined,
  registry: AcrRegistry,
  tokens: Tokens,
): string {
  const subject = basicSubject(call, registry, tokens);
  if (subject !== undefined) {
    const actions = actionsOf(subject, registry);
    if (!need || need.actions.some((action) => actions.includes(action))) return subject;
    refuse(challenge(call, need, "insufficient_scope"));
  }
  const claims = bearerOf(call, tokens);
  if (!claims) refuse(challenge(call, need, call.headers.authorization && "invalid_token"));
  if (need && !covers(claims.access ?? [], need))
    refuse(challenge(call, need, "insufficient_scope"));
  return claims.sub;
}

function bearerOf(call: Call, tokens: Tokens): Claims | undefined {
  const [scheme, token = ""] = (call.headers.authorization ?? "").split(" ");
  if (scheme?.toLowerCase() !== "bearer") return undefined;
  const claims = tokens.verify(token);
  return claims?.grant_type === "access_token" ? claims : undefined;
}

function challenge(call: Call, need: Need | undefined, error: string | undefined): Answer {
  const authority = authorityOf(call);
  const wanted = need?.all ? need.actions.join(",") : need?.actions[0];
  const parts = [
    `realm="${call.origin}/oauth2/token"`,
    `service="${authority}"`,
    ...(need ? [`scope="${need.type}:${need.name}:${wanted}"`] : []),
    ...(error ? [`error="${error}"`] : []),
  ];
  const detail = need
    ? need.actions.map((Action) => ({ Type: need.type, Name: need.name, Action }))
    : null;
  return {
    status: 401,
    headers: { "Www-Authenticate": `Bearer ${parts.join(",")}` },
    body: {
      errors: [
        {
          code: "UNAUTHORIZED",
          message: `authentication required, visit https://aka.ms/acr/authorization for more information.`,
          detail,
        },
      ],
    },
  };
}
