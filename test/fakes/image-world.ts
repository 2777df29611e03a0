import { servingRule } from "../../src/domain/mapping.ts";
import type { Cache, Pulled, Pulls } from "../../src/domain/refresh-ports.ts";
import type { Digest } from "../../src/domain/tag.ts";
import type { VirtualClock } from "./clock.ts";
import { imageCache } from "./image-cache.ts";
import { carryOutPull, type Door, imageDoor } from "./image-door.ts";
import type { ImageImports } from "./image-imports.ts";
import type { Happening } from "./image-log.ts";
import { type ImageMeter, imageMeter } from "./image-meter.ts";
import { type PullOutcome, pullOutcome } from "./image-pull.ts";
import type { ImageRegistry, RegistrySwitches } from "./image-registry.ts";
import type { LoginOf, Rule } from "./image-source.ts";
import { type ImageUpstream, imageUpstream } from "./image-upstream.ts";
import { requireServed } from "./registries.ts";

/** Whether a reference could be pulled now, and which of its platforms to the end. */
export type CanPull =
  | { readonly kind: "served"; readonly digest: Digest; readonly platforms: readonly string[] }
  | Exclude<PullOutcome, { kind: "served" }>;

/**
 * Registries with artifact caches before upstreams, in memory, by a virtual clock. It behaves as the
 * stand-in does (test/local/acr/{pull,copy,erase}.ts); test/contract/pulls.test.ts holds both to it.
 */
export interface ImageWorld {
  readonly cache: Cache;
  readonly pulls: Pulls;
  readonly upstream: ImageUpstream;
  readonly meter: ImageMeter;
  /** Everything that happened, oldest first. */
  readonly log: readonly Happening[];
  configure(registry: string, change: Partial<RegistrySwitches>): void;
  /** What the registry holds, with the copies that are due by now. */
  images(registry: string): ImageRegistry;
  /** Copies that are promised and not made yet. */
  imports(registry: string): ReturnType<ImageImports["waiting"]>;
  /** As if a pull just now had brought in what upstream has under the tag, with these platforms. */
  seed(registry: string, repository: string, tag: string, platforms?: readonly string[]): Digest;
  lock(registry: string, repository: string, tag: string, locked: boolean): void;
  /** A pull by somebody's client: the reference, and below an index the image of the platform. */
  userPull(registry: string, repository: string, reference: string, platform?: string): PullOutcome;
  /** What that would be answered, without any of its effects. */
  canPull(registry: string, repository: string, reference: string): CanPull;
}

interface Options {
  readonly clock: VirtualClock;
  readonly registries: readonly string[];
  readonly rules: (registry: string) => readonly Rule[];
  /** What a credential set yields to ACR; default: a user of the set's own name. */
  readonly login?: (registry: string, ...set: Parameters<LoginOf>) => ReturnType<LoginOf>;
  /** One that another world stands on, too; each counts its own pulls. */
  readonly upstream?: ImageUpstream | undefined;
  readonly switches?: Partial<RegistrySwitches> | undefined;
}

export function imageWorld(options: Options): ImageWorld {
  const { clock, upstream = imageUpstream(options.clock) } = options;
  const meter = imageMeter(clock, upstream);
  const log: Happening[] = [];
  const doors = makeDoors(options, { upstream, meter, log });
  upstream.beforeChange(() => {
    for (const { imports } of doors.values()) imports.settle();
  });
  const of = (registry: string): Door => {
    const found = doors.get(requireServed(options.registries, registry));
    if (!found) throw new Error(`no registry ${registry}`);
    found.imports.settle();
    return found;
  };
  const get = (registry: string, repository: string, reference: string) =>
    carryOutPull(of(registry), "user", repository, reference, "GET");
  return {
    cache: imageCache(of),
    pulls: imagePulls(of),
    upstream,
    meter,
    log,
    configure: (registry, change) => of(registry).registry.configure(change),
    images: (registry) => of(registry).registry,
    imports: (registry) => of(registry).imports.waiting(),
    seed: (registry, ...what) => seed(of(registry), ...what),
    lock(registry, repository, tag, locked) {
      const { tags } = of(registry).registry.repositories.get(repository) ?? {};
      const found = tags?.get(tag);
      if (found) tags?.set(tag, { ...found, locked });
    },
    userPull(registry, repository, reference, platform = "linux/amd64") {
      const top = get(registry, repository, reference);
      if (top.kind !== "served") return top;
      const child = top.manifest.children.find((one) => one.platform === platform);
      const image = child && get(registry, repository, child.digest);
      return image && image.kind !== "served" ? image : top;
    },
    canPull: (registry, ...what) => canPull(of(registry), ...what),
  };
}

function makeDoors(
  { clock, registries, rules, login, switches = {} }: Options,
  shared: { upstream: ImageUpstream; meter: ImageMeter; log: Happening[] },
): ReadonlyMap<string, Door> {
  const usual = (set: string) => ({ username: set, password: "" });
  return new Map(
    registries.map((name) => {
      const loginOf: LoginOf = login ? (set) => login(name, set) : usual;
      const own = { name, rules: () => rules(name), login: loginOf };
      return [name.toLowerCase(), imageDoor({ ...shared, ...own, clock, switches })];
    }),
  );
}

function imagePulls(of: (registry: string) => Door): Pulls {
  const pull = (registry: string, repository: string, reference: string, method: "GET" | "HEAD") =>
    pulled(carryOutPull(of(registry), "larder", repository, reference, method), method);
  return {
    get: async (registry, repository, reference) => pull(registry, repository, reference, "GET"),
    head: async (registry, repository, reference) => pull(registry, repository, reference, "HEAD"),
  };
}

function pulled(outcome: PullOutcome, method: "GET" | "HEAD"): Pulled {
  if (outcome.kind === "absent") return { kind: "absent", message: outcome.message };
  if (outcome.kind === "refused") {
    const { message, retryAfterSeconds } = outcome;
    return { kind: "couldNotAsk", message, retryAfterSeconds };
  }
  const { manifest, through } = outcome;
  const answer = { digest: manifest.digest, fromUpstream: through !== undefined };
  if (method === "HEAD") return { kind: "answered", ...answer };
  return { kind: "answered", ...answer, content: { children: manifest.children } };
}

function canPull(door: Door, repository: string, reference: string): CanPull {
  const outcome = pullOutcome(door, repository, reference, "GET");
  if (outcome.kind !== "served") return outcome;
  const { digest, children } = outcome.manifest;
  const whole = children.filter(
    (child) => pullOutcome(door, repository, child.digest, "GET").kind === "served",
  );
  return { kind: "served", digest, platforms: whole.map(({ platform }) => platform) };
}

function seed(
  { registry, source, rules, now }: Door,
  repository: string,
  tag: string,
  platforms?: readonly string[],
): Digest {
  const rule = servingRule(rules(), repository);
  const found = rule && source.find(rule, repository, tag);
  if (!found) throw new Error(`nothing can be cached as ${repository}:${tag}`);
  for (const { digest, platform } of found.children)
    if (platforms === undefined || platforms.includes(platform))
      registry.put(repository, { digest, children: [] }, undefined, now());
  registry.put(repository, found, tag, now());
  return found.digest;
}
