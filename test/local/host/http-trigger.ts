import type { HostCall, HostReply } from "./http-server.ts";
import type { Route } from "./route.ts";
import { parseRoute } from "./route.ts";
import type { FunctionMetadata, HttpInput, HttpOutput, NullableString, RpcCookie } from "./wire.ts";
import { triggerOf } from "./wire.ts";
import type { Outcome } from "./worker-process.ts";

interface HttpFunction {
  readonly metadata: FunctionMetadata;
  /** "anonymous", "function" or "admin". */
  readonly authLevel: unknown;
  readonly methods: ReadonlySet<string>;
  readonly route: Route;
}

export interface HttpMatch {
  readonly metadata: FunctionMetadata;
  readonly authLevel: unknown;
  readonly params: Readonly<Record<string, string>>;
}

const upper = (text: string) => text.toUpperCase();

/** Ordinal, ignoring case, as FunctionMetadataManager sorts: "_" (0x5F) comes after every letter. */
function byName(a: FunctionMetadata, b: FunctionMetadata): number {
  const [one, other] = [upper(a.name), upper(b.name)];
  return one < other ? -1 : one > other ? 1 : 0;
}

/**
 * Finds the function for a method and path: in the order of names, the first route that matches wins, and the
 * method is part of the match (facts/functions.md section 1.5). Throws for a route that cannot be played.
 */
export function httpFunctions(
  all: readonly FunctionMetadata[],
  routePrefix: string,
): (method: string, path: string) => HttpMatch | undefined {
  const found = all
    .filter((metadata) => triggerOf(metadata).type === "httpTrigger")
    .sort(byName)
    .map((metadata): HttpFunction => {
      const { methods, authLevel, route } = triggerOf(metadata);
      const template = typeof route === "string" ? route : metadata.name;
      return {
        metadata,
        authLevel,
        methods: new Set((methods as string[]).map(upper)),
        route: parseRoute(routePrefix === "" ? template : `${routePrefix}/${template}`),
      };
    });
  return (method, path) => {
    for (const { metadata, authLevel, methods, route } of found) {
      const params = methods.has(method) ? route.match(path) : undefined;
      if (params) return { metadata, authLevel, params };
    }
    return undefined;
  };
}

function nullable(pairs: Iterable<readonly [string, string]>): Record<string, NullableString> {
  return Object.fromEntries([...pairs].map(([name, value]) => [name, { value }]));
}

/** ASP.NET's query collection: names without case (the first spelling stays), repeated values joined with commas. */
function queryOf(query: URLSearchParams): Iterable<readonly [string, string]> {
  const held = new Map<string, { name: string; values: string[] }>();
  for (const [name, value] of query) {
    const entry = held.get(name.toLowerCase()) ?? { name, values: [] };
    entry.values.push(value);
    held.set(name.toLowerCase(), entry);
  }
  return [...held.values()].map(({ name, values }) => [name, values.join(",")] as const);
}

/** A chunked body is lost: without streams the host copies a body only when Content-Length is above 0. */
export function httpInput(call: HostCall, params: Readonly<Record<string, string>>): HttpInput {
  const declared = Number(call.headers["content-length"] ?? 0) > 0;
  return {
    method: call.method,
    url: `${call.origin}${call.path}${call.search}`,
    nullableHeaders: nullable(Object.entries(call.headers)),
    nullableParams: nullable(Object.entries(params)),
    nullableQuery: nullable(queryOf(call.query)),
    ...(declared && { body: { bytes: call.body } }),
  };
}

const sameSites = { none: [], lax: ["samesite=lax"], strict: ["samesite=strict"] };

/** As ASP.NET writes a cookie: value escaped, path "/" unless given, in this order of attributes. */
function setCookie(cookie: RpcCookie): string {
  const { expires, maxAge, domain, sameSite } = cookie;
  const until = expires && new Date(expires.value.seconds * 1000).toUTCString();
  return [
    `${cookie.name}=${encodeURIComponent(cookie.value)}`,
    ...(until ? [`expires=${until}`] : []),
    ...(maxAge ? [`max-age=${Math.trunc(maxAge.value)}`] : []),
    ...(domain?.value ? [`domain=${domain.value}`] : []),
    `path=${cookie.path?.value || "/"}`,
    ...(cookie.secure?.value ? ["secure"] : []),
    ...(sameSite === "explicitNone" ? ["samesite=none"] : sameSites[sameSite]),
    ...(cookie.httpOnly?.value ? ["httponly"] : []),
  ].join("; ");
}

function replyOf(output: HttpOutput): HostReply {
  const cookies = output.cookies.map(setCookie);
  return {
    status: Number(output.statusCode),
    headers: { ...output.headers, ...(cookies.length > 0 && { "Set-Cookie": cookies }) },
    body: output.body?.bytes ?? output.body?.string ?? "",
  };
}

/** A failed call is 500 with an empty body, nothing returned is 200; 502 when the worker died with it. */
export function httpReply(outcome: Outcome): HostReply {
  switch (outcome.kind) {
    case "succeeded":
      return outcome.http ? replyOf(outcome.http) : { status: 200 };
    case "failed":
      return { status: 500 };
    case "lost":
      return { status: 502 };
  }
}
