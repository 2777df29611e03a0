import { createHash } from "node:crypto";
import type { AccessToken } from "../../src/domain/rotation-ports.ts";
import type { Timestamp } from "../../src/domain/time.ts";

/** An account or an organization. */
export interface Owner {
  readonly id: string;
  readonly name: string;
  readonly kind: "personal" | "organization";
}

export interface FakeToken extends AccessToken {
  /** Through the port, or by hand on the web site. */
  readonly madeBy: "larder" | "person";
}

export interface NewFakeToken {
  readonly label: string;
  readonly scopes?: readonly string[] | undefined;
  readonly expiresAt?: Timestamp | undefined;
}

/** A token with its value; times in milliseconds. */
export interface HeldToken {
  readonly uuid: string;
  readonly owner: Owner;
  readonly value: string;
  readonly label: string;
  readonly scopes: readonly string[];
  readonly createdAt: number;
  readonly expiresAt: number | undefined;
  readonly madeBy: FakeToken["madeBy"];
  active: boolean;
  /** Those that may not show yet, and the last that does; oldest first. */
  uses: number[];
}

/** Whether Docker Hub takes it: active, not expired, and not younger than the delay (seconds). */
export function isUsable(token: HeldToken, now: number, delay: number): boolean {
  const expired = token.expiresAt !== undefined && token.expiresAt <= now;
  return token.active && !expired && token.createdAt + delay * 1000 <= now;
}

/** As lists show it; `used` is the last use that shows. */
export function shown(token: HeldToken, used: number | undefined): FakeToken {
  const { uuid, label, active, scopes, madeBy } = token;
  const createdAt = new Date(token.createdAt).toISOString();
  return { uuid, label, active, scopes, createdAt, ...times(token, used), madeBy };
}

function times({ expiresAt }: HeldToken, used: number | undefined) {
  return {
    ...(expiresAt !== undefined && { expiresAt: new Date(expiresAt).toISOString() }),
    ...(used !== undefined && { lastUsedAt: new Date(used).toISOString() }),
  };
}

/** A uuid; `kind` is its beginning, two hexadecimal digits. */
export function idOf(kind: string, number: number): string {
  return `${kind}000000-0000-4000-8000-${number.toString(16).padStart(12, "0")}`;
}

/** No two values have a part in common, so that a search for parts finds what it means. */
export function valueOf(kind: Owner["kind"], number: number): string {
  const prefix = kind === "personal" ? "dckr_pat_" : "dckr_oat_";
  const hash = createHash("sha256").update(`token ${number}`).digest("base64url");
  return prefix + hash.slice(0, kind === "personal" ? 27 : 32);
}
