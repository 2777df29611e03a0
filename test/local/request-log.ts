import type { Answer, Call } from "./service.ts";

export interface Exchange {
  readonly service: string;
  readonly host: string;
  readonly endpoint: string;
  readonly call: Call;
  readonly answer: Answer;
}

/** Counts for ever, remembers the exchanges themselves only while a `watch` is on. */
export interface RequestLog {
  add(exchange: Exchange): void;
  /** `{host: {endpoint: count}}`. */
  counts(): Record<string, Record<string, number>>;
  clear(): void;
  /** Every exchange from now on, until the returned function is called. */
  watch(onExchange: (exchange: Exchange) => void): () => void;
}

export function requestLog(): RequestLog {
  let counted = new Map<string, Map<string, number>>();
  const watchers = new Set<(exchange: Exchange) => void>();
  return {
    add(exchange) {
      const key = exchange.service === "upstream" ? exchange.host : exchange.service;
      const endpoints = counted.get(key) ?? new Map<string, number>();
      counted.set(
        key,
        endpoints.set(exchange.endpoint, (endpoints.get(exchange.endpoint) ?? 0) + 1),
      );
      for (const watcher of watchers) watcher(exchange);
    },
    counts: () =>
      Object.fromEntries([...counted].map(([host, ends]) => [host, Object.fromEntries(ends)])),
    clear: () => {
      counted = new Map();
    },
    watch(onExchange) {
      watchers.add(onExchange);
      return () => void watchers.delete(onExchange);
    },
  };
}
