import type { Call } from "../service.ts";

export type Route =
  | { readonly kind: "base" | "catalog" | "v2Catalog" | "exchange" | "token" }
  | {
      readonly kind: "repository" | "tags" | "manifests" | "tagsList" | "startUpload";
      readonly repository: string;
    }
  | {
      readonly kind: "tag" | "manifestAttributes" | "manifest" | "blob" | "upload" | "referrers";
      readonly repository: string;
      readonly reference: string;
    };

/** Order matters: a repository may be called "a/_tags" in no registry, so the longer forms come first. */
const table: readonly [RegExp, Route["kind"], string][] = [
  [/^\/v2\/?$/, "base", "/v2/"],
  [/^\/v2\/_catalog$/, "v2Catalog", "/v2/_catalog"],
  [/^\/acr\/v1\/_catalog$/, "catalog", "/acr/v1/_catalog"],
  [/^\/oauth2\/exchange$/, "exchange", "/oauth2/exchange"],
  [/^\/oauth2\/token$/, "token", "/oauth2/token"],
  [/^\/acr\/v1\/(.+)\/_tags$/, "tags", "/acr/v1/{repository}/_tags"],
  [/^\/acr\/v1\/(.+)\/_tags\/([^/]+)$/, "tag", "/acr/v1/{repository}/_tags/{tag}"],
  [/^\/acr\/v1\/(.+)\/_manifests$/, "manifests", "/acr/v1/{repository}/_manifests"],
  [
    /^\/acr\/v1\/(.+)\/_manifests\/([^/]+)$/,
    "manifestAttributes",
    "/acr/v1/{repository}/_manifests/{digest}",
  ],
  [/^\/acr\/v1\/(.+)$/, "repository", "/acr/v1/{repository}"],
  [/^\/v2\/(.+)\/tags\/list$/, "tagsList", "/v2/{repository}/tags/list"],
  [/^\/v2\/(.+)\/manifests\/([^/]+)$/, "manifest", "/v2/{repository}/manifests/{reference}"],
  [/^\/v2\/(.+)\/referrers\/([^/]+)$/, "referrers", "/v2/{repository}/referrers/{digest}"],
  [/^\/v2\/(.+)\/blobs\/uploads\/?$/, "startUpload", "/v2/{repository}/blobs/uploads/"],
  [/^\/v2\/(.+)\/blobs\/uploads\/([^/]+)$/, "upload", "/v2/{repository}/blobs/uploads/{uuid}"],
  [/^\/v2\/(.+)\/blobs\/([^/]+)$/, "blob", "/v2/{repository}/blobs/{digest}"],
];

/** The route of a path, decoded; undefined when the registry has no such path. */
export function routeOf(path: string): Route | undefined {
  for (const [pattern, kind] of table) {
    const found = pattern.exec(path);
    if (!found) continue;
    const [, repository, reference] = found.map((part) => decoded(part ?? ""));
    // The table pairs every kind with the captures that its member of Route has.
    return {
      kind,
      ...(repository && { repository }),
      ...(reference && { reference }),
    } as Route;
  }
  return undefined;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** "GET /v2/{repository}/manifests/{reference}": the name a request is counted under. */
export function endpointOf({ method, path }: Call): string {
  const found = table.find(([pattern]) => pattern.test(path));
  return `${method} ${found?.[2] ?? "(other)"}`;
}
