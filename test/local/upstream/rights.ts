import type { HubAccounts } from "../doors.ts";
import type { Account } from "./bearer.ts";
import type { Dialect } from "./dialect.ts";
import type { Visibility } from "./repositories.ts";

/** A login that was accepted, and what it may read: "repo:read" and its like, or "repository:name:pull". */
export interface Member extends Account {
  readonly scopes: readonly string[];
}

/**
 * The account behind a user name and password at a host; undefined: refused.
 * docker.io and dhi.io ask Docker Hub. Invented for the rest: any user name with any password
 * that is not empty and does not contain "wrong" is a paid account that may read everything.
 */
export function logIn(
  dialect: Dialect,
  hub: HubAccounts,
  username: string,
  password: string,
): Member | undefined {
  if (dialect.logins === "hub") {
    const found = hub.login(username, password);
    return found && { ...found, id: found.accountId, name: username };
  }
  if (dialect.logins === "none" || password === "" || password.includes("wrong")) return undefined;
  return { id: username, name: username, plan: "paid", scopes: ["repo:read"] };
}

/** User name and password of a Basic header; undefined when there is none. */
export function basicLogin(
  authorization: string | undefined,
): { readonly username: string; readonly password: string } | undefined {
  const encoded = /^Basic (\S+)$/i.exec(authorization ?? "")?.[1];
  if (!encoded) return undefined;
  const text = Buffer.from(encoded, "base64").toString();
  const at = text.indexOf(":");
  return at < 0
    ? { username: text, password: "" }
    : { username: text.slice(0, at), password: text.slice(at + 1) };
}

/** Whether somebody (or nobody) may pull a repository. Only scopes above public_read open private ones. */
export function mayPull(
  member: Member | undefined,
  repository: string,
  visibility: Visibility,
): boolean {
  if (visibility === "absent") return false;
  if (!member) return visibility === "public";
  if (member.scopes.includes(`repository:${repository}:pull`)) return true;
  if (visibility === "public") return member.scopes.some((scope) => scope.startsWith("repo:"));
  return ["repo:read", "repo:write", "repo:admin"].some((scope) => member.scopes.includes(scope));
}
