import type { Faults } from "../faults.ts";
import type { Call } from "../service.ts";
import type { Dialect } from "./dialect.ts";
import type { UpstreamFault } from "./own-faults.ts";

type Kind = "manifests" | "blobs" | "tags" | "referrers";

/** What a /v2 path asks for, as the path says it. */
export interface Wanted {
  readonly repository: string;
  readonly kind: Kind;
  readonly reference: string;
}

/** One call to a registry, with what is needed to answer in its dialect. */
export interface Visit {
  readonly call: Call;
  readonly dialect: Dialect;
  /** Absent on /v2/ itself and at token services. */
  readonly wanted?: Wanted;
  /** Whether a fault of this kind hits, set for the real host, the login server or all upstreams. */
  on(kind: UpstreamFault): boolean;
}

const route = /^\/v2\/(.+)\/(manifests|blobs|tags|referrers)\/([^/]+)$/;

/** A /v2 path taken apart; undefined for any other path. */
export function wantedBy(path: string): Wanted | undefined {
  const [, repository, kind, reference] = route.exec(path) ?? [];
  if (!repository || !reference || (kind === "tags" && reference !== "list")) return undefined;
  return { repository, kind: kind as Kind, reference: reference.replace(/%3a/i, ":") };
}

export function visitOf(call: Call, dialect: Dialect, faults: Faults): Visit {
  const wanted = wantedBy(call.path);
  const { loginServer } = dialect;
  const alias = dialect.hosts?.includes(call.host) ? { ...call, host: loginServer } : undefined;
  return {
    call,
    dialect,
    ...(wanted && { wanted }),
    on: (kind) =>
      faults.active("upstream", kind, call) ||
      (alias !== undefined && faults.active(loginServer, kind, alias)),
  };
}

/** The origin of another host as this client would reach it: same scheme, same port. */
export function originOf(call: Call, host: string): string {
  const { protocol, port } = new URL(call.origin);
  return `${protocol}//${host}${port && `:${port}`}`;
}
