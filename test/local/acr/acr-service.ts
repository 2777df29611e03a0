import type { Clock } from "../clock.ts";
import type { Identity, UpstreamSide, VaultReader } from "../doors.ts";
import type { Faults } from "../faults.ts";
import { type Answer, type Call, refuse, type Service } from "../service.ts";
import { authorize, type Need } from "./access.ts";
import { removeManifest, removeRepository, untag } from "./erase.ts";
import { noSuchPath, notSupported } from "./errors.ts";
import { imports } from "./imports.ts";
import * as metadata from "./metadata.ts";
import { exchange, token } from "./oauth.ts";
import type { Plane } from "./plane.ts";
import { pullBlob, pullManifest } from "./pull.ts";
import { pushManifest, type Uploads, uploads } from "./push.ts";
import { rateLimit } from "./rate-limit.ts";
import { referrers } from "./referrers.ts";
import type { AcrRegistry } from "./registry.ts";
import { endpointOf, type Route, routeOf } from "./route.ts";
import { sourceReader } from "./source.ts";
import type { RequestClass } from "./switches.ts";
import { tokens } from "./tokens.ts";

export interface AcrDependencies {
  readonly clock: Clock;
  readonly faults: Faults;
  readonly identity: Identity;
  readonly vault: VaultReader;
  readonly upstream: UpstreamSide;
}

/** The data plane of one registry. */
export interface AcrService extends Service {
  /** Resolves when every promised copy is made or has failed. */
  settled(): Promise<void>;
}

type Handler = (
  plane: Plane,
  call: Call,
  route: Route,
  uploads: Uploads,
) => Answer | Promise<Answer>;

interface Endpoint {
  readonly methods: readonly string[];
  /** Actions any one of which lets the call through; `all` of them for a push. */
  readonly actions: readonly string[];
  readonly counts: RequestClass;
  readonly handle: Handler;
}

const reads = ["GET", "HEAD"];
const target = (call: Call, route: Route) => ({
  call,
  repository: "repository" in route ? route.repository : "",
  reference: "reference" in route ? route.reference : "",
});
const endpoint = (
  methods: readonly string[],
  actions: readonly string[],
  counts: RequestClass,
  handle: Handler,
): Endpoint => ({ methods, actions, counts, handle });
const read = (handle: Handler) => endpoint(reads, ["metadata_read"], "read", handle);
const patch = (handle: Handler) => endpoint(["PATCH"], ["metadata_write"], "write", handle);
const erase = (handle: Handler) => endpoint(["DELETE"], ["delete"], "delete", handle);
const push = (methods: readonly string[], handle: Handler) =>
  endpoint(methods, ["pull", "push"], "write", handle);

type Handled = Exclude<Route["kind"], "exchange" | "token">;
const base: Answer = {
  status: 200,
  headers: { "Docker-Distribution-Api-Version": "registry/2.0" },
  body: {},
};
const catalog = endpoint(reads, ["*"], "read", (plane, call) => metadata.catalog(plane, call));
const named =
  (handle: (plane: Plane, call: Call, repository: string) => Answer): Handler =>
  (plane, call, route) =>
    handle(plane, call, target(call, route).repository);
const on =
  (handle: (plane: Plane, of: ReturnType<typeof target>) => Answer | Promise<Answer>): Handler =>
  (plane, call, route) =>
    handle(plane, target(call, route));

const endpoints: Record<Handled, readonly Endpoint[]> = {
  base: [endpoint(reads, [], "read", () => base)],
  catalog: [catalog],
  v2Catalog: [catalog],
  repository: [
    read(named(metadata.repositoryAttributes)),
    patch(named(metadata.repositoryAttributes)),
    erase((plane, call, route) => removeRepository(plane, target(call, route).repository)),
  ],
  tags: [read(named(metadata.tags))],
  tag: [read(on(metadata.tagAttributes)), patch(on(metadata.tagAttributes)), erase(on(untag))],
  manifests: [read(named(metadata.manifests))],
  manifestAttributes: [
    read(on(metadata.manifestAttributes)),
    patch(on(metadata.manifestAttributes)),
  ],
  tagsList: [endpoint(reads, ["metadata_read", "pull"], "read", named(metadata.tagsList))],
  manifest: [
    endpoint(reads, ["pull"], "read", on(pullManifest)),
    push(["PUT"], on(pushManifest)),
    erase(on(removeManifest)),
  ],
  blob: [endpoint(reads, ["pull"], "read", on(pullBlob))],
  referrers: [endpoint(["GET"], ["pull"], "listReferrers", on(referrers))],
  startUpload: [push(["POST"], (_, call, route, up) => up.start(target(call, route)))],
  upload: [
    push(["GET", "PATCH", "PUT", "DELETE"], (_, call, route, up) => up.go(target(call, route))),
  ],
};

function needOf(route: Route, { actions, counts }: Endpoint): Need | undefined {
  if (actions.length === 0) return undefined;
  if (!("repository" in route)) return { type: "registry", name: "catalog", actions };
  const all = counts === "write" && actions.includes("push");
  return { type: "repository", name: route.repository, actions, all };
}

/** Serves one registry's login server: token endpoints, /v2 and /acr/v1. */
export function acrService(registry: AcrRegistry, dependencies: AcrDependencies): AcrService {
  const { clock, faults, identity } = dependencies;
  const copies = imports(clock);
  const signed = tokens(() => clock.now());
  const limit = rateLimit(registry, () => clock.now());
  const source = sourceReader(registry, dependencies);
  const seen = { deletedTags: new Set<string>(), sightings: new Map() };
  const plane: Plane = { registry, source, imports: copies, clock, faults, ...seen };
  const open = uploads(plane);

  const oauth = (call: Call, kind: "exchange" | "token"): Answer => {
    if (kind === "exchange" && call.method !== "POST") return notSupported();
    limit.take("oauth", "");
    return kind === "exchange" ? exchange(call, identity, signed) : token(call, registry, signed);
  };
  return {
    name: "acr",
    endpoint: endpointOf,
    settled: () => copies.settled(),
    async answer(call) {
      const route = routeOf(call.path);
      if (!route) return noSuchPath();
      if (route.kind === "exchange" || route.kind === "token") return oauth(call, route.kind);
      const found = endpoints[route.kind].find(({ methods }) => methods.includes(call.method));
      if (!found) return refuse(notSupported());
      const subject = authorize(call, needOf(route, found), registry, signed);
      limit.take(found.counts, subject);
      await copies.due();
      return found.handle(plane, call, route, open);
    },
  };
}
