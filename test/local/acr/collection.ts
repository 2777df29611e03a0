import { type Ordered, ordered } from "./ordered.ts";

export interface Timed {
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

export type Order = "name" | "timeasc" | "timedesc";

interface Page<T> {
  readonly items: readonly (readonly [name: string, item: T])[];
  /** Whether anything follows. */
  readonly more: boolean;
}

/** Named things that are listed by page, by name or by time of last change. */
export interface Collection<T extends Timed> {
  readonly size: number;
  get(name: string): T | undefined;
  set(name: string, item: T): void;
  delete(name: string): void;
  entries(): Iterable<[string, T]>;
  /** At most `limit` items that pass `where`, following the item named `after` (which may be gone by now). */
  page(wanted: {
    readonly after?: string | undefined;
    readonly limit: number;
    readonly order: Order;
    readonly where?: ((item: T) => boolean) | undefined;
  }): Page<T>;
}

const digits = 15;
const timeKey = (name: string, item: Timed) =>
  `${String(item.updatedAt).padStart(digits, "0")} ${name}`;

/** An empty collection. The order by time is built when first asked for. */
export function collection<T extends Timed>(): Collection<T> {
  const items = new Map<string, T>();
  const names = ordered([]);
  const departed = new Map<string, string>();
  let times: Ordered | undefined;

  const forgetTime = (name: string): void => {
    const before = items.get(name);
    if (!times || !before) return;
    times.remove(timeKey(name, before));
    departed.set(name, timeKey(name, before));
  };
  const byTime = (): Ordered => {
    times ??= ordered([...items].map(([name, item]) => timeKey(name, item)));
    return times;
  };
  const positionOf = (name: string): string | undefined => {
    const item = items.get(name);
    return item ? timeKey(name, item) : departed.get(name);
  };
  return {
    get size() {
      return items.size;
    },
    get: (name) => items.get(name),
    set(name, item) {
      forgetTime(name);
      items.set(name, item);
      names.add(name);
      times?.add(timeKey(name, item));
      departed.delete(name);
    },
    delete(name) {
      forgetTime(name);
      items.delete(name);
      names.remove(name);
    },
    entries: () => items.entries(),
    page({ after, limit, order, where }) {
      const found: [string, T][] = [];
      const keys =
        order === "name"
          ? names.walk(after, false)
          : byTime().walk(
              after === undefined ? undefined : positionOf(after),
              order === "timedesc",
            );
      for (const key of keys) {
        const name = order === "name" ? key : key.slice(digits + 1);
        const item = items.get(name);
        if (!item || (where && !where(item))) continue;
        if (found.length === limit) return { items: found, more: true };
        found.push([name, item]);
      }
      return { items: found, more: false };
    },
  };
}
