import { cache } from "../../src/azure/cache.ts";
import { registryLogin } from "../../src/azure/registry-login.ts";
import { registryTokens } from "../../src/azure/registry-tokens.ts";
import type { Registries } from "../../src/domain/ports.ts";
import type { Cache, Pulls } from "../../src/domain/refresh-ports.ts";
import type { Digest } from "../../src/domain/tag.ts";
import { registryPulls } from "../../src/oci/registry-pulls.ts";
import { virtualClock } from "../fakes/clock.ts";
import { accountOf } from "../fakes/image-meter.ts";
import { type ImageWorld, imageWorld } from "../fakes/image-world.ts";
import { addRule, registryStage, type Stage } from "./local-acr-stage.ts";

/** Switches that both worlds have. */
interface Modes {
  readonly tagMode: "refresh" | "sticky" | "fail";
  readonly import: "late" | "never";
  readonly importOnHead: boolean;
  readonly staleIfError: boolean;
  readonly listing: "whole" | "partial";
  readonly unknownAfterDelete: boolean;
  readonly badGatewayAfterMoveSeconds: number;
}

const usual: Modes = {
  tagMode: "refresh",
  import: "late",
  importOnHead: false,
  staleIfError: true,
  listing: "whole",
  unknownAfterDelete: false,
  badGatewayAfterMoveSeconds: 0,
};

/** From a proxied pull to the stored copy in both worlds. */
export const importSeconds = 60;

/** What upstream does to everybody, manifests and all. */
type Trouble = "none" | "down" | "throttled" | "tags hidden" | "no pulls left";

/** A registry "contoso" whose rule serves "hub/*" from "docker.io/*", and the upstream behind it. */
export interface ImageStage {
  readonly registry: "contoso";
  readonly cache: Cache;
  readonly pulls: Pulls;
  /** Moves a tag of "docker.io/{path}"; a path with "single" in it gets an image without an index. */
  push(path: string, tag: string, platforms?: readonly string[]): Digest;
  /** Back to the usual modes, but for these. */
  modes(change?: Partial<Modes>): void;
  upstream(trouble: Trouble): void;
  lock(repository: string, tag: string): void;
  advance(seconds: number): void;
  /** Pulls that upstream still allows the account of the rule. */
  pullsLeft(): number;
  close(): Promise<unknown>;
}

export const imageWorlds: readonly {
  readonly name: string;
  readonly make: () => Promise<ImageStage>;
}[] = [
  { name: "in memory", make: inMemory },
  { name: "over the wire", make: overTheWire },
];

async function inMemory(): Promise<ImageStage> {
  const clock = virtualClock();
  const set = "docker-hub";
  const rules = [{ source: "docker.io/*", target: "hub/*", credentialSet: set }];
  const switches = { importDelaySeconds: importSeconds };
  const world: ImageWorld = imageWorld({
    clock,
    registries: ["contoso"],
    rules: () => rules,
    switches,
  });
  const hub = (change: Parameters<typeof world.upstream.configure>[1]) =>
    world.upstream.configure("docker.io", change);
  const limit = { pulls: 200, windowSeconds: 21_600 };
  hub({ limit });
  const left = () => world.meter.left("docker.io", accountOf(set)) ?? 0;
  return {
    registry: "contoso",
    cache: world.cache,
    pulls: world.pulls,
    push: (path, tag, platforms) =>
      world.upstream.push(`docker.io/${path}`, tag, {
        platforms: path.includes("single")
          ? "single"
          : (platforms ?? ["linux/amd64", "linux/arm64"]),
      }).digest,
    modes: (change) => world.configure("contoso", { ...usual, ...change }),
    upstream: (trouble) =>
      hub({
        down: trouble === "down",
        throttled: trouble === "throttled" ? {} : undefined,
        hidesTags: trouble === "tags hidden",
        limit: trouble === "no pulls left" ? { ...limit, pulls: 0 } : limit,
      }),
    lock: (repository, tag) => world.lock("contoso", repository, tag, true),
    advance: (seconds) => clock.advance(seconds),
    pullsLeft: left,
    close: async () => undefined,
  };
}

const faultOf = {
  down: "drop",
  throttled: "hap429",
  "tags hidden": "tag-gone",
  "no pulls left": "pull-limit",
} as const;

/** Copies are made by the stage's clock: no real timer ends as late. */
async function overTheWire(): Promise<ImageStage> {
  const stage = await registryStage({ name: "contoso", importDelayMs: importSeconds * 1000 });
  addRule(stage, "docker.io/*", "hub/*");
  const { registry, faults } = stage;
  const served: Registries = {
    names: ["contoso"],
    id: async () => "/subscriptions/unused",
    loginServer: async () => registry.loginServer(),
    tier: async () => registry.sku,
  };
  const tokens = registryTokens(stage.credential, () => stage.clock.now());
  return {
    registry: "contoso",
    cache: cache(served, tokens),
    pulls: registryPulls({
      loginServer: (name) => served.loginServer(name),
      login: registryLogin(served, tokens),
      timeoutSeconds: 10,
    }),
    push: (path, tag, platforms) => stage.upstream.push(`docker.io/${path}:${tag}`, platforms),
    modes: (change) => registry.configure({ ...usual, ...change }),
    upstream(trouble) {
      faults.clear();
      const where = "registry-1.docker.io";
      if (trouble !== "none") faults.add({ where, kind: faultOf[trouble] });
    },
    lock: (repository, tag) => lock(stage, repository, tag),
    advance: (seconds) => stage.clock.advance(seconds),
    pullsLeft: () => leftOf(stage),
    close: () => stage.close(),
  };
}

function lock({ registry }: Stage, repository: string, tag: string): void {
  const tags = registry.storage.repositories.get(repository)?.tags;
  const found = tags?.get(tag);
  if (!found) throw new Error(`no ${repository}:${tag}`);
  tags?.set(tag, { ...found, attributes: { ...found.attributes, deleteEnabled: false } });
}

/** One account pulls here, that of the credential set. */
function leftOf({ upstream }: Stage): number {
  const { pullsLeft } = upstream.state() as { pullsLeft: Record<string, number> };
  return Object.values(pullsLeft)[0] ?? 200;
}
