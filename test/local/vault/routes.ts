import type { Answer } from "../service.ts";
import type { Permission } from "./access.ts";
import type { Context } from "./operations.ts";
import {
  backupSecret,
  deleteSecret,
  getDeleted,
  getSecret,
  listDeleted,
  listSecrets,
  listVersions,
  purgeDeleted,
  recoverDeleted,
  restoreSecret,
  setSecret,
  updateSecret,
} from "./operations.ts";

interface Route {
  readonly method: string;
  /** As the specification writes it; {secret-version} may be empty, as the SDK sends it. */
  readonly path: string;
  readonly permission: Permission;
  readonly run: (context: Context) => Answer;
}

const routes: readonly Route[] = [
  { method: "GET", path: "/secrets", permission: "list", run: listSecrets },
  { method: "POST", path: "/secrets/restore", permission: "restore", run: restoreSecret },
  { method: "PUT", path: "/secrets/{secret-name}", permission: "set", run: setSecret },
  { method: "DELETE", path: "/secrets/{secret-name}", permission: "delete", run: deleteSecret },
  {
    method: "GET",
    path: "/secrets/{secret-name}/versions",
    permission: "list",
    run: listVersions,
  },
  {
    method: "POST",
    path: "/secrets/{secret-name}/backup",
    permission: "backup",
    run: backupSecret,
  },
  {
    method: "GET",
    path: "/secrets/{secret-name}/{secret-version}",
    permission: "get",
    run: getSecret,
  },
  {
    method: "PATCH",
    path: "/secrets/{secret-name}/{secret-version}",
    permission: "set",
    run: updateSecret,
  },
  { method: "GET", path: "/deletedsecrets", permission: "list", run: listDeleted },
  { method: "GET", path: "/deletedsecrets/{secret-name}", permission: "get", run: getDeleted },
  {
    method: "DELETE",
    path: "/deletedsecrets/{secret-name}",
    permission: "purge",
    run: purgeDeleted,
  },
  {
    method: "POST",
    path: "/deletedsecrets/{secret-name}/recover",
    permission: "recover",
    run: recoverDeleted,
  },
];

export interface Match {
  readonly route: Route;
  readonly name: string;
  readonly version: string;
}

const compiled = routes.map((route) => ({
  route,
  pattern: new RegExp(
    `^${route.path
      .replace("/{secret-version}", "(?:/(?<version>[^/]+))?")
      .replace("{secret-name}", "(?<name>[^/]+)")}/?$`,
  ),
}));

/** The operation a request asks for, or the methods its path does take. First match wins. */
export function match(method: string, path: string): Match | { readonly allowed: string[] } {
  const allowed: string[] = [];
  for (const { route, pattern } of compiled) {
    const found = pattern.exec(path);
    if (!found) continue;
    const { name = "", version = "" } = found.groups ?? {};
    if (route.method === method) return { route, name: decodeURIComponent(name), version };
    allowed.push(route.method);
  }
  return { allowed: [...new Set(allowed)] };
}
