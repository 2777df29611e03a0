import { LarderError } from "../../src/domain/errors.ts";
import { isFinal, registryOfOperation } from "../../src/domain/operation.ts";
import type { Refresh, RefreshProgress, RefreshResult } from "../../src/domain/refresh.ts";
import type { RefreshStore } from "../../src/domain/refresh-ports.ts";

/** The `refreshes` table in memory. Values go in and out as text, so that nobody shares an object with it. */
export interface FakeRefreshStore extends RefreshStore {
  /** Every stored text, to be searched for what must not be there. */
  texts(): readonly string[];
}

interface Run {
  text: string;
  etag: string;
}

/** Rows of one refresh; results by repository and tag with a line feed between, which no name holds. */
interface Rows {
  readonly progress: Map<string, string>;
  readonly results: Map<string, string>;
}

export function fakeRefreshStore(): FakeRefreshStore {
  const runs = new Map<string, Run>();
  const rows = new Map<string, Rows>();
  let written = 0;
  const of = (id: string): Rows => {
    const key = id.toLowerCase();
    const found = rows.get(key) ?? { progress: new Map(), results: new Map() };
    rows.set(key, found);
    return found;
  };
  const put = (refresh: Refresh, etag: string | undefined) => {
    const key = refresh.operation.id.toLowerCase();
    if (runs.get(key)?.etag !== etag) throw stale(key);
    written += 1;
    runs.set(key, { text: JSON.stringify(refresh), etag: `W/"${written}"` });
    return `W/"${written}"`;
  };
  const runsOf = (registry: string) =>
    values<Refresh>(new Map([...runs].map(([id, { text }]) => [id, text]))).filter(
      ({ operation }) => registryOfOperation(operation.id).toLowerCase() === registry.toLowerCase(),
    );
  return {
    ...fakeProgress(of),
    create: async (refresh) => void put(refresh, undefined),
    async get(id) {
      const run = runs.get(id.toLowerCase());
      return run && { value: decode<Refresh>(run.text), etag: run.etag };
    },
    update: async (refresh, etag) => put(refresh, etag),
    open: async (registry) => runsOf(registry).filter(({ operation }) => !isFinal(operation)),
    async prune(registry, before) {
      const over = runsOf(registry)
        .filter(({ operation }) => isFinal(operation) && operation.updatedAt < before)
        .slice(0, 10);
      for (const { operation } of over)
        for (const table of [runs, rows]) table.delete(operation.id.toLowerCase());
      return over.length;
    },
    texts: () => [
      ...[...runs.values()].map(({ text }) => text),
      ...[...rows.values()].flatMap(({ progress, results }) => [
        ...progress.values(),
        ...results.values(),
      ]),
    ],
  };
}

type Progress = Omit<RefreshStore, "create" | "get" | "update" | "open" | "prune">;

function fakeProgress(of: (id: string) => Rows): Progress {
  return {
    async plan(id, repositories, now) {
      const { progress } = of(id);
      const waiting = { status: "waiting", passed: false, counts: {}, updatedAt: now } as const;
      for (const repository of repositories)
        if (!progress.has(repository))
          progress.set(repository, JSON.stringify({ repository, ...waiting }));
    },
    progress: async (id) => values<RefreshProgress>(of(id).progress),
    async progressOf(id, repository) {
      const text = of(id).progress.get(repository);
      return text === undefined ? undefined : decode<RefreshProgress>(text);
    },
    async record(id, progress, results) {
      if (new Set(results.map(({ tag }) => tag)).size > 99) throw tooLarge();
      const rows = of(id);
      const { repository } = progress;
      rows.progress.set(repository, JSON.stringify(progress));
      for (const one of results) rows.results.set(`${repository}\n${one.tag}`, JSON.stringify(one));
    },
    async resultsOf(id, repository, tags) {
      const { results } = of(id);
      const texts = [...new Set(tags)].sort().map((tag) => results.get(`${repository}\n${tag}`));
      return texts.flatMap((text) => (text === undefined ? [] : [decode<RefreshResult>(text)]));
    },
    async results(id, { status, limit, after = "" }) {
      const found = sorted(of(id).results)
        .map(([key, text]) => ({ key, value: decode<RefreshResult>(text) }))
        .filter(({ key, value }) => key > after && (!status || value.status === status));
      const page = found.slice(0, limit);
      const next = found.length > limit ? page.at(-1)?.key : undefined;
      return { results: page.map(({ value }) => value), ...(next !== undefined && { next }) };
    },
  };
}

function stale(id: string): LarderError {
  const message = "The refresh changed meanwhile. Read it again.";
  return new LarderError("stale", { code: "RefreshChanged", message, target: id });
}

function tooLarge(): LarderError {
  const message = "More results than can be written together.";
  return new LarderError("invalid", { code: "ChangeTooLarge", message });
}

const sorted = (rows: ReadonlyMap<string, string>) =>
  [...rows].sort(([a], [b]) => (a < b ? -1 : 1));
const values = <T>(rows: ReadonlyMap<string, string>) =>
  sorted(rows).map(([, text]) => decode<T>(text));
const decode = <T>(text: string) => JSON.parse(text) as T;
