import type { Exchange } from "../local/request-log.ts";

/** Requests of one kind. Times in milliseconds since the epoch, of the answer. */
export interface Count {
  /** "client": whoever is measured; "registry": the registry itself, asking upstream on its behalf. */
  readonly by: "client" | "registry";
  /** Service, or host of an upstream. */
  readonly where: string;
  readonly endpoint: string;
  readonly status: number;
  readonly requests: number;
  readonly first: number;
  readonly last: number;
}

export interface Tally {
  add(exchange: Exchange): void;
  counts(): readonly Count[];
  clear(): void;
}

/** The stand-in's registry asks upstream from this address (test/local/upstream/in-process.ts). */
const registryAddress = "198.51.100.10";

export function tally(): Tally {
  const held = new Map<string, { -readonly [K in keyof Count]: Count[K] }>();
  return {
    add({ service, host, endpoint, call, answer: { status } }) {
      const by = call.headers["x-forwarded-for"] === registryAddress ? "registry" : "client";
      const where = service === "upstream" ? host : service;
      const now = Date.now();
      const key = `${by} ${where} ${endpoint} ${status}`;
      const found = held.get(key);
      if (found) {
        found.requests += 1;
        found.last = now;
      } else held.set(key, { by, where, endpoint, status, requests: 1, first: now, last: now });
    },
    counts: () => [...held.values()],
    clear: () => held.clear(),
  };
}

const manifests = "/v2/{repository}/manifests/{reference}";

const sum = (counts: readonly Count[], wanted: (count: Count) => boolean) =>
  counts.filter(wanted).reduce((total, { requests }) => total + requests, 0);

/** What a run came to, as every table shows it. */
export interface Totals {
  /** Everything the client sent, but to ARM, the vault and its identity. */
  readonly requests: number;
  readonly registry: number;
  readonly upstream: number;
  readonly upstreamHeads: number;
  /** GETs of manifests that Docker Hub counts, the registry's own included. */
  readonly pulls: number;
  readonly untags: number;
  /** Refused for their number. */
  readonly throttled: number;
}

export function totals(counts: readonly Count[]): Totals {
  const mine = counts.filter(({ by }) => by === "client");
  const upstream = ({ where }: Count) => where.endsWith("docker.io") || where === "localhost";
  const registry = ({ where }: Count) => where === "acr";
  return {
    requests: sum(mine, (one) => upstream(one) || registry(one)),
    registry: sum(mine, registry),
    upstream: sum(mine, upstream),
    upstreamHeads: sum(mine, (one) => upstream(one) && one.endpoint === `HEAD ${manifests}`),
    pulls: sum(
      counts,
      (one) => upstream(one) && one.endpoint === `GET ${manifests}` && one.status === 200,
    ),
    untags: sum(mine, ({ endpoint }) => endpoint.startsWith("DELETE /acr/v1/{repository}/_tags/")),
    throttled: sum(mine, ({ status }) => status === 429),
  };
}
