import type { CacheRule } from "../../src/domain/cache-rule.ts";
import { LarderError } from "../../src/domain/errors.ts";
import type { HistoryEntry, Operation } from "../../src/domain/operation.ts";
import { isFinal, registryOfOperation } from "../../src/domain/operation.ts";
import type {
  HistoryStore,
  OperationStore,
  RuleChange,
  RuleStore,
} from "../../src/domain/ports.ts";

interface Partition {
  version: string;
  rules: Map<string, { readonly text: string; readonly etag: string }>;
  operations: Map<string, string>;
  /** Newest first. */
  history: { readonly key: string; readonly text: string }[];
}

/** The `rules` table in memory. Values go in and out as text, so that nobody shares an object with it. */
export interface FakeRuleTable {
  readonly rules: RuleStore;
  readonly operations: OperationStore;
  readonly history: HistoryStore;
  /** Puts a rule there without any check, as an earlier run would have left it. */
  seed(rule: CacheRule): void;
  /** Every stored text of all registries, to be searched for what must not be there. */
  texts(): readonly string[];
}

export function fakeRuleTable(): FakeRuleTable {
  const partitions = new Map<string, Partition>();
  let written = 0;
  const nextTag = () => `W/"${++written}"`;
  const of: Partitions = (registry) => {
    const key = registry.toLowerCase();
    const empty = { version: "", rules: new Map(), operations: new Map(), history: [] };
    const found = partitions.get(key) ?? empty;
    partitions.set(key, found);
    return found;
  };
  return {
    rules: fakeRules(of, nextTag),
    operations: {
      async get(id) {
        const text = of(registryOfOperation(id)).operations.get(id.toLowerCase());
        return text === undefined ? undefined : decode<Operation>(text);
      },
    },
    history: fakeHistory(of, nextTag),
    seed: (rule) =>
      void of(rule.registry).rules.set(rule.name.toLowerCase(), {
        text: encode(rule),
        etag: nextTag(),
      }),
    texts: () =>
      [...partitions.values()].flatMap((one) => [
        ...[...one.rules.values()].map(({ text }) => text),
        ...one.operations.values(),
        ...one.history.map(({ text }) => text),
      ]),
  };
}

type Partitions = (registry: string) => Partition;

function fakeRules(of: Partitions, nextTag: () => string): RuleStore {
  return {
    async read(registry) {
      const { version, rules } = of(registry);
      return {
        version,
        rules: [...rules]
          .sort(byKey)
          .map(([, { text, etag }]) => ({ value: decode<CacheRule>(text), etag })),
      };
    },
    async get(registry, name) {
      const row = of(registry).rules.get(name.toLowerCase());
      return row && { value: decode<CacheRule>(row.text), etag: row.etag };
    },
    async commit(change) {
      const held = of(change.registry);
      const text = change.put && encode(change.put.rule);
      check(held, change);
      if (change.version !== undefined) held.version = nextTag();
      if (change.remove) held.rules.delete(change.remove.name.toLowerCase());
      for (const one of [change.operation, change.superseded])
        if (one) held.operations.set(one.id.toLowerCase(), JSON.stringify(one));
      if (change.history) addHistory(held, change.history, nextTag());
      if (!change.put || text === undefined) return "";
      const etag = nextTag();
      held.rules.set(change.put.rule.name.toLowerCase(), { text, etag });
      return etag;
    },
  };
}

function fakeHistory(of: Partitions, nextTag: () => string): HistoryStore {
  return {
    async list(registry, { resource, limit, after = "" }) {
      const left = of(registry).history.filter(
        ({ key, text }) =>
          key > after &&
          (resource === undefined ||
            decode<HistoryEntry>(text).resource.toLowerCase() === resource.toLowerCase()),
      );
      const page = left.slice(0, limit);
      return {
        entries: page.map(({ text }) => decode<HistoryEntry>(text)),
        ...(left.length > limit && { next: page.at(-1)?.key }),
      };
    },
    async append(registry, entries) {
      if (entries.length > 100)
        throw new LarderError("invalid", {
          code: "ChangeTooLarge",
          message: "More lines of history than can be written together.",
        });
      for (const entry of entries) addHistory(of(registry), entry, nextTag());
    },
    async prune(registry, before) {
      const held = of(registry);
      const rows = held.operations.size + held.history.length;
      for (const [id, text] of held.operations)
        if (isOver(decode<Operation>(text), before.operations)) held.operations.delete(id);
      held.history = held.history.filter(
        ({ text }) => decode<HistoryEntry>(text).at >= before.history,
      );
      return rows - held.operations.size - held.history.length;
    },
  };
}

const isOver = (operation: Operation, before: string) =>
  isFinal(operation) && operation.updatedAt < before;

function check(held: Partition, { version, put, remove }: RuleChange): void {
  const rowTag = (name: string) => held.rules.get(name.toLowerCase())?.etag;
  const moved =
    (version !== undefined && version !== held.version) ||
    (put && rowTag(put.rule.name) !== put.etag) ||
    (remove && rowTag(remove.name) !== remove.etag);
  if (moved)
    throw new LarderError("stale", {
      code: "RuleChanged",
      message: "The rule changed meanwhile. Read it again.",
    });
}

function addHistory(held: Partition, entry: HistoryEntry, mark: string): void {
  const key = `${String(1e13 - Date.parse(entry.at)).padStart(14, "0")}:${mark}`;
  held.history.push({ key, text: JSON.stringify(entry) });
  held.history.sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** A table takes 64 KiB of UTF-16 in one property (facts/functions.md section 5). */
function encode(rule: CacheRule): string {
  const text = JSON.stringify(rule);
  if (text.length * 2 <= 65_536) return text;
  throw new LarderError("invalid", {
    code: "RuleTooLarge",
    message: "The rule does not fit into one row.",
  });
}

const decode = <T>(text: string) => JSON.parse(text) as T;
const byKey = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]) =>
  a < b ? -1 : 1;
