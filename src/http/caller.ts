import * as z from "zod";
import { RequestError } from "./request-error.ts";

const roles = ["Reader", "Requester", "Approver", "Operator"] as const;
export type Role = (typeof roles)[number];

export interface Caller {
  /** For the record: a user's name, an application's id, or "function key". */
  readonly name: string;
  readonly roles: ReadonlySet<Role>;
  /** Whether the name was proved by sign-in, and so tells two people apart. */
  readonly verified: boolean;
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
const nameClaims = [
  "preferred_username",
  "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn",
  "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress",
  "name",
  // An application's own token carries no name.
  "azp",
  "appid",
  "http://schemas.microsoft.com/identity/claims/objectidentifier",
  "oid",
];

/**
 * Who asks. Sign-in off: the function key let them in, the header is ignored (anybody could send it),
 * and they may do everything. Sign-in on: 401 without a principal that can be read.
 */
export function readCaller(header: string | null, signInEnabled: boolean): Caller {
  if (!signInEnabled) return { name: "function key", roles: new Set(roles), verified: false };
  const found = header === null ? undefined : decodePrincipal(header);
  const name = found && nameOf(found);
  if (!found || !name) throw unauthenticated();
  const claimed = found.claims
    .filter(({ typ }) => typ === found.role_typ || roleClaims.includes(typ))
    .flatMap(({ val }) => roles.filter((role) => role === val));
  return { name, roles: new Set(claimed.flatMap((role) => implied[role])), verified: true };
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

function nameOf({ claims, name_typ }: Principal): string | undefined {
  const wanted = [...nameClaims, name_typ];
  const values = wanted.map((one) => claims.find(({ typ, val }) => typ === one && val)?.val);
  return values.find((value) => value !== undefined)?.slice(0, 200);
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
