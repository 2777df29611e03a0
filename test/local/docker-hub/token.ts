import { createHash, randomBytes, randomUUID } from "node:crypto";

/** A personal or organization access token. The value itself is not kept: Docker shows it once. */
export interface Token {
  readonly uuid: string;
  readonly kind: "pat" | "oat";
  /** Account or organization it belongs to. */
  readonly ownerId: string;
  readonly hash: string;
  scopes: readonly string[];
  readonly createdAt: number;
  /** Milliseconds; undefined: never. */
  readonly expiresAt: number | undefined;
  readonly createdBy: string;
  readonly userAgent: string;
  label: string;
  active: boolean;
  /** Of an organization's token. */
  description: string;
  resources: readonly Resource[];
  /** Uses that may not show yet, oldest first; see `lastUsed`. */
  uses: number[];
}

/** What an organization's token opens. */
interface Resource {
  readonly type: "TYPE_REPO" | "TYPE_ORG";
  readonly path: string;
  readonly scopes: readonly string[];
}

export interface NewToken {
  readonly kind: Token["kind"];
  readonly ownerId: string;
  readonly label: string;
  readonly scopes: readonly string[];
  readonly expiresAt: number | undefined;
  readonly createdBy: string;
  readonly userAgent: string;
  readonly description?: string;
  readonly resources?: readonly Resource[];
}

/** A new token and its value, which nothing else holds. */
export function newToken(
  wish: NewToken,
  now: number,
): { readonly token: Token; readonly value: string } {
  const value = `dckr_${wish.kind}_${randomBytes(20).toString("base64url")}`;
  const token: Token = {
    description: "",
    resources: [],
    ...wish,
    uuid: randomUUID(),
    hash: hashOf(value),
    createdAt: now,
    active: true,
    uses: [],
  };
  return { token, value };
}

export function hashOf(value: string): string {
  return createHash("sha256").update(value).digest("hex");
}

export function isUsable(token: Token, now: number, newTokenDelay: number): boolean {
  const expired = token.expiresAt !== undefined && token.expiresAt <= now;
  return token.active && !expired && token.createdAt + newTokenDelay * 1000 <= now;
}

/** When the token was last used as far as Docker shows it: uses younger than the lag (seconds) are left out. */
export function lastUsed(token: Token, now: number, lag: number): number | undefined {
  return token.uses.findLast((at) => at + lag * 1000 <= now);
}

/** Notes a use; forgets older ones that a later visible use hides. */
export function use(token: Token, now: number, lag: number): void {
  const visible = lastUsed(token, now, lag);
  token.uses = [...token.uses.filter((at) => visible === undefined || at >= visible), now];
}

/** Microseconds, as Docker writes times: "2021-07-20T12:00:00.000000Z". */
export function hubTime(at: number): string {
  return new Date(at).toISOString().replace("Z", "000Z");
}
