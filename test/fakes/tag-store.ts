import { LarderError } from "../../src/domain/errors.ts";
import type { TagChange, TagStore } from "../../src/domain/refresh-ports.ts";
import type { Pin, RepositoryState, Superseded, TagRecord } from "../../src/domain/tag.ts";

/** The `tags` table in memory. Values go in and out as text, so that nobody shares an object with it. */
export interface FakeTagStore extends TagStore {
  /** Every stored text of all registries, to be searched for what must not be there. */
  texts(): readonly string[];
}

interface Rows {
  state: { readonly text: string; readonly etag: string } | undefined;
  readonly tags: Map<string, string>;
  readonly pins: Map<string, string>;
  readonly superseded: Map<string, string>;
}

export function fakeTagStore(): FakeTagStore {
  /** By registry, then repository. */
  const registries = new Map<string, Map<string, Rows>>();
  let written = 0;
  const all = (registry: string) => {
    const key = registry.toLowerCase();
    const found = registries.get(key) ?? new Map<string, Rows>();
    registries.set(key, found);
    return found;
  };
  const of = (registry: string, repository: string) => all(registry).get(repository) ?? emptyRows();
  return {
    states: async (registry) =>
      sorted(all(registry)).flatMap(([, { state }]) => (state ? [toStored(state)] : [])),
    async state(registry, repository) {
      const { state } = of(registry, repository);
      return state && toStored(state);
    },
    range: async (registry, repository, after, through) =>
      sorted(of(registry, repository).tags)
        .filter(([tag]) => after === undefined || tag > after)
        .filter(([tag]) => through === undefined || tag <= through)
        .map(([, text]) => decode<TagRecord>(text)),
    due: async (registry, repository, now, limit) =>
      values<TagRecord>(of(registry, repository).tags)
        .filter(({ dueAt }) => dueAt !== undefined && dueAt <= now)
        .slice(0, limit),
    list: async (registry, page) => listTags(all(registry), page),
    pins: async (registry, repository) => values<Pin>(of(registry, repository).pins),
    superseded: async (registry, repository) =>
      values<Superseded>(of(registry, repository).superseded),
    async write(change) {
      const { registry, repository } = change.state;
      const rows = of(registry, repository);
      check(rows, change);
      apply(rows, change);
      written += 1;
      const etag = `W/"${written}"`;
      rows.state = { text: JSON.stringify(change.state), etag };
      all(registry).set(repository, rows);
      return etag;
    },
    forget: async (registry, repository) => void all(registry).delete(repository),
    texts: () =>
      [...registries.values()]
        .flatMap((one) => [...one.values()])
        .flatMap(({ state, tags, pins, superseded }) => [
          ...(state ? [state.text] : []),
          ...[tags, pins, superseded].flatMap((rows) => [...rows.values()]),
        ]),
  };
}

function emptyRows(): Rows {
  return { state: undefined, tags: new Map(), pins: new Map(), superseded: new Map() };
}

const listTags = (
  repositories: ReadonlyMap<string, Rows>,
  { repository, status, limit, after = "" }: Parameters<TagStore["list"]>[1],
) => {
  const found = sorted(repositories)
    .filter(([name]) => repository === undefined || name === repository)
    .flatMap(([name, { tags }]) => sorted(tags).map(([tag, text]) => ({ name, tag, text })))
    .map(({ name, tag, text }) => ({ key: `${name}\n${tag}`, value: decode<TagRecord>(text) }))
    // A line feed is less than all that names hold, so that keys sort by repository, then by tag.
    .filter(({ key, value }) => key > after && (!status || value.status === status));
  const page = found.slice(0, limit);
  const next = found.length > limit ? page.at(-1)?.key : undefined;
  return { tags: page.map(({ value }) => value), ...(next !== undefined && { next }) };
};

function check(rows: Rows, { state, etag, ...change }: TagChange): void {
  const { put = [], remove = [], superseded = [], cleaned = [], pin, unpin } = change;
  const keys = new Set([
    ...[...put.map(({ tag }) => tag), ...remove].map((tag) => `tag ${tag}`),
    ...[pin?.tag, unpin].flatMap((tag) => (tag === undefined ? [] : [`pin ${tag}`])),
    ...superseded.map(({ digest }) => digest),
    ...cleaned,
  ]);
  if (keys.size > 98) throw refusal("invalid", "ChangeTooLarge", state);
  if (rows.state?.etag !== etag) throw refusal("stale", "RepositoryChanged", state);
}

function refusal(reason: "invalid" | "stale", code: string, { repository }: RepositoryState) {
  return new LarderError(reason, {
    code,
    message: `The change of "${repository}" cannot be made.`,
    target: repository,
  });
}

function apply({ tags, pins, superseded }: Rows, change: TagChange): void {
  for (const one of change.put ?? []) tags.set(one.tag, JSON.stringify(one));
  for (const tag of change.remove ?? []) tags.delete(tag);
  if (change.pin) pins.set(change.pin.tag, JSON.stringify(change.pin));
  if (change.unpin !== undefined) pins.delete(change.unpin);
  for (const one of change.superseded ?? []) superseded.set(one.digest, JSON.stringify(one));
  for (const digest of change.cleaned ?? []) superseded.delete(digest);
}

const toStored = ({ text, etag }: NonNullable<Rows["state"]>) => ({
  value: decode<RepositoryState>(text),
  etag,
});
const sorted = <T>(rows: ReadonlyMap<string, T>) => [...rows].sort(([a], [b]) => (a < b ? -1 : 1));
const values = <T>(rows: ReadonlyMap<string, string>) =>
  sorted(rows).map(([, text]) => decode<T>(text));
const decode = <T>(text: string) => JSON.parse(text) as T;
