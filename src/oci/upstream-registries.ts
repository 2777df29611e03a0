import { isReason } from "../domain/errors.ts";
import type { Upstreams } from "../domain/ports.ts";
import { upstreamAgent } from "./agent.ts";
import { client } from "./client.ts";
import { dancer } from "./dance.ts";
import { couldNotAsk } from "./failure.ts";
import { type Registry, registryOf } from "./registry.ts";
import { head } from "./upstream-head.ts";
import { probe } from "./upstream-probe.ts";
import { tags } from "./upstream-tags.ts";
import { wire } from "./wire.ts";
import { within } from "./within.ts";

export interface UpstreamSettings {
  /** "host:port" or "*:port" → "host:port": other TCP destinations, nothing else changes. */
  readonly connectTo: ReadonlyMap<string, string>;
  /** For each single request, from waiting for a connection to the last byte of the answer. */
  readonly timeoutSeconds: number;
  /** Connections per host at once, and so requests in flight; 64 when not given. */
  readonly maxSockets?: number | undefined;
}

/** Asks upstream registries over https, with one pool of connections and one store of tokens. */
export function upstreamRegistries(settings: UpstreamSettings): Upstreams {
  const { connectTo, timeoutSeconds, maxSockets = 64 } = settings;
  const send = wire(upstreamAgent(connectTo, maxSockets), timeoutSeconds);
  const asking = client(dancer(send, () => performance.now()));
  const answered = async <T>(upstream: string, ask: (registry: Registry) => Promise<T>) => {
    try {
      return await within(2 * timeoutSeconds, ask(registryOf(upstream)), upstream);
    } catch (error) {
      return unanswered(error, upstream);
    }
  };
  return {
    probe: (upstream, repository, tag, login) =>
      answered(upstream, (registry) => probe(asking, registry, repository, tag, login)),
    head: (upstream, repository, tag, login) =>
      answered(upstream, (registry) => head(asking, registry, repository, tag, login)),
    tags: (upstream, repository, after, login) =>
      answered(upstream, (registry) => tags(asking, registry, repository, after, login)),
  };
}

function unanswered(error: unknown, upstream: string) {
  if (isReason(error, "forbidden")) {
    return { kind: "denied", message: error.problem.message } as const;
  }
  if (isReason(error, "refused")) {
    return { kind: "badLogin", message: error.problem.message } as const;
  }
  return couldNotAsk(error, upstream);
}
