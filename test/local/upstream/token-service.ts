import type { HubAccounts } from "../doors.ts";
import { type Answer, type Call, refuse } from "../service.ts";
import type { Bearers, Grant } from "./bearer.ts";
import type { Dialect, TokenDoor } from "./dialect.ts";
import { refuseWith, unauthorized } from "./errors.ts";
import type { Library } from "./library.ts";
import { basicLogin, logIn, type Member, mayPull } from "./rights.ts";
import type { Visit } from "./visit.ts";

export interface TokenServiceParts {
  readonly bearers: Bearers;
  readonly hub: HubAccounts;
  readonly library: Library;
  readonly now: () => number;
}

/** Answers a token request: the asked scopes cut down to what the caller may pull, as a JWT. */
export async function grantToken(
  visit: Visit,
  door: TokenDoor,
  parts: TokenServiceParts,
): Promise<Answer> {
  const { call, dialect } = visit;
  if (call.method !== "GET") refuseWith(405, "UNSUPPORTED", "The operation is unsupported.");
  const member = whoAsks(visit, parts.hub);
  const asked = scopesOf(call);
  const access: Grant[] = [];
  for (const { name, actions } of asked) {
    const visibility = await parts.library.visibility(dialect, call.host, name);
    // An administrator's push right is not modelled: upstreams are only read.
    const granted = mayPull(member, name, visibility) ? actions.filter((a) => a === "pull") : [];
    if (granted.length > 0) access.push({ type: "repository", name, actions: granted });
  }
  if (door.ungrantable === "refused" && access.length < asked.length) refuse(unauthorized({}));
  const account = member && { id: member.id, name: member.name, plan: member.plan };
  const audience = call.query.get("service") ?? audienceOf(dialect, call.host);
  const seconds = visit.on("short-token") ? 10 : door.seconds;
  const token = await parts.bearers.issue(
    { account, access },
    { issuer: door.host ?? call.host, audience, seconds },
  );
  const life = door.saysLife &&
    !visit.on("no-expires-in") && {
      expires_in: seconds,
      issued_at: new Date(parts.now()).toISOString(),
    };
  return {
    status: 200,
    body: { ...Object.fromEntries(door.fields.map((field) => [field, token])), ...life },
  };
}

/** The audience a registry wants in its tokens: its service, or its own host where the challenge names none. */
export function audienceOf(dialect: Dialect, host: string): string {
  return dialect.token?.service ?? host;
}

function whoAsks(visit: Visit, hub: HubAccounts): Member | undefined {
  const { call, dialect } = visit;
  const login = basicLogin(call.headers.authorization);
  const member =
    login && !visit.on("login-refused")
      ? logIn(dialect, hub, login.username, login.password)
      : undefined;
  // Wording of docker login (docker/setup-qemu-action#168).
  if (login && !member) refuseWith(401, "UNAUTHORIZED", "incorrect username or password");
  if (!member && dialect.loginRequired) refuse(unauthorized({}));
  return member;
}

function scopesOf(call: Call): { readonly name: string; readonly actions: readonly string[] }[] {
  const scopes = call.query.getAll("scope").flatMap((one) => one.split(" "));
  return scopes.flatMap((scope) => {
    const [, name, actions] = /^repository(?:\([^)]*\))?:(.+):([a-z,*]+)$/.exec(scope) ?? [];
    return name && actions ? [{ name, actions: actions.split(",") }] : [];
  });
}
