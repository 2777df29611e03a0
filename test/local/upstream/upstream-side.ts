import type { Clock } from "../clock.ts";
import type { HubAccounts, UpstreamSide } from "../doors.ts";
import type { Faults } from "../faults.ts";
import type { RequestLog } from "../request-log.ts";
import { bearers } from "./bearer.ts";
import { realRegistry } from "./behind.ts";
import { registryAt, registryHost } from "./dialects.ts";
import { inProcess } from "./in-process.ts";
import { library } from "./library.ts";
import { usualPlatforms } from "./platform.ts";
import { pullLimits } from "./pull-limits.ts";
import { puller } from "./puller.ts";
import { parseImage } from "./reference.ts";
import { repositories, validName } from "./repositories.ts";
import { upstreamService } from "./upstream-service.ts";

export interface UpstreamOptions {
  readonly clock: Clock;
  readonly hub: HubAccounts;
  readonly faults: Faults;
  readonly log: RequestLog;
  /** Another seed, other digests. */
  readonly seed?: string;
}

/** All upstream registries in one service; `push` throws Error on an image or upstream it does not understand. */
export function upstreamSide(options: UpstreamOptions): UpstreamSide & {
  /**
   * Puts a real registry (base URL, plain http) behind an upstream: repositories that it has are served from it,
   * with the upstream's own dialect in front.
   */
  behind(upstream: string, url: string): void;
} {
  const { clock, faults, hub, log, seed = "larder" } = options;
  const dialectOf = (upstream: string) => registryAt(registryHost(upstream) ?? upstream);
  const held = repositories(seed, (upstream) => dialectOf(upstream)?.family);
  const shelves = library(held);
  const tokens = bearers(clock);
  const limits = pullLimits(clock);
  const service = upstreamService(
    faults,
    { library: shelves, bearers: tokens, limits },
    { library: shelves, bearers: tokens, hub, now: () => clock.now() },
  );
  return {
    service,
    ...puller(inProcess(service, faults, log)),
    push(image, platforms = usualPlatforms) {
      const { upstream, repository, tag } = parseImage(image);
      if (!registryHost(upstream)) throw new Error(`no upstream registry "${upstream}"`);
      if (!validName(repository)) throw new Error(`not a repository name: "${repository}"`);
      return held.create(upstream, repository).push(tag, platforms);
    },
    behind(upstream, url) {
      if (!registryHost(upstream)) throw new Error(`no upstream registry "${upstream}"`);
      shelves.behind(upstream, realRegistry(url));
    },
    state: () => ({ repositories: held.state(), pullsLeft: limits.state() }),
  };
}
