import * as z from "zod";
import type { By } from "../domain/caller.ts";
import { RequestError } from "./request-error.ts";

const roles = ["Reader", "Requester", "Approver", "Operator"] as const;
export type Role = (typeof roles)[number];

export interface Caller extends By {
  readonly roles: ReadonlySet<Role>;
}

/** Every role can read; who operates Larder can also request. Approving stays apart: a second pair of eyes. */
const implied: Readonly<Record<Role, readonly Role[]>> = {
  Reader: ["Reader"],
  Requester: ["Reader", "Requester"],
  Approver: ["Reader", "Approver"],
  Operator: ["Reader", "Requester", "Operator"],
};

/** What App Service's sign-in puts, base64 encoded, into x-ms-client-principal. */
const principal = z.object({
  claims: z.array(z.object({ typ: z.string(), val: z.string() })),
  name_typ: z.string().nullish(),
  role_typ: z.string().nullish(),
});
type Principal = z.infer<typeof principal>;

const roleClaims = ["roles", "http://schemas.microsoft.com/ws/2008/06/identity/claims/role"];

/**
 * Never changed and never given to another; people and applications both have one. The subject is
 * another one in each app, so it serves only where there is no object id. An application's client
 * id (azp, appid) is none of these: it is in the tokens of everybody who comes by way of it.
 */
const idClaims = [
  "http://schemas.microsoft.com/identity/claims/objectidentifier",
  "oid",
  "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier",
  "sub",
];
/** Not cut, for two might be cut to one. Entra's subjects have at most 255. */
const longestId = 255;

/** Short as in tokens, long as sign-in maps them; which of the two comes depends on the token's version. */
const nameClaims = [
  "preferred_username",
  "upn",
  "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn",
  "email",
  "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress",
  "name",
  "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name",
];
/** An application's own token carries no name. */
const applicationClaims = ["azp", "appid"];
const longestName = 200;

/**
 * Who asks. Sign-in off: the function key let them in, the header is ignored (anybody could send it),
 * and they may do everything. Sign-in on: 401 without a principal that can be read and has a stable id.
 */
export function readCaller(header: string | null, signInEnabled: boolean): Caller {
  if (!signInEnabled) {
    const key = "function key";
    return { id: key, name: key, roles: new Set(roles), verified: false };
  }
  const found = header === null ? undefined : decodePrincipal(header);
  const id = found && firstOf(found, idClaims);
  if (!found || id === undefined || id.length > longestId) throw unauthenticated();
  const claimed = found.claims
    .filter(({ typ }) => typ === found.role_typ || roleClaims.includes(typ))
    .flatMap(({ val }) => roles.filter((role) => role === val));
  const held = new Set(claimed.flatMap((role) => implied[role]));
  return { id, name: nameOf(found) ?? id, roles: held, verified: true };
}

/** 403 unless the caller has the role. */
export function requireRole(caller: Caller, role: Role): void {
  if (caller.roles.has(role)) return;
  throw new RequestError(403, {
    code: "RoleRequired",
    message: `This needs the role ${role}. Have it assigned to you in the app registration of this deployment.`,
  });
}

function decodePrincipal(header: string): Principal | undefined {
  try {
    const text = Buffer.from(header, "base64").toString("utf8");
    return principal.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function nameOf(found: Principal): string | undefined {
  const wanted = [...nameClaims, found.name_typ, ...applicationClaims];
  return firstOf(found, wanted)?.slice(0, longestName).toWellFormed();
}

/** The value of the first of these claims that the principal has. */
function firstOf(
  { claims }: Principal,
  wanted: readonly (string | null | undefined)[],
): string | undefined {
  const values = wanted.map((one) => claims.find(({ typ, val }) => typ === one && val)?.val);
  return values.find((value) => value !== undefined);
}

function unauthenticated(): RequestError {
  return new RequestError(
    401,
    {
      code: "Unauthenticated",
      message: "Sign in with Microsoft Entra ID and send the request again.",
    },
    { headers: { "WWW-Authenticate": "Bearer" } },
  );
}
