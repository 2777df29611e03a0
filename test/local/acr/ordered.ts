/** Keys in code-unit order that can be walked from any place without sorting again. */
export interface Ordered {
  add(key: string): void;
  remove(key: string): void;
  /** Keys strictly after `from` (strictly before it when backwards); all of them without `from`. */
  walk(from: string | undefined, backwards: boolean): Generator<string>;
}

/** Below this many new keys, inserting one by one is cheaper than sorting again. */
const few = 48;

/** Starts with the given keys. Removed keys stay in the array as gaps until half of it is gaps. */
export function ordered(keys: Iterable<string>): Ordered {
  const live = new Set(keys);
  let sorted = [...live].sort();
  const fresh = new Set<string>();

  const lowerBound = (key: string): number => {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((sorted[middle] ?? "") < key) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const settle = (): void => {
    const gaps = sorted.length + fresh.size - live.size;
    if (fresh.size > few || gaps * 2 > sorted.length + few) {
      sorted = [...sorted.filter((key) => live.has(key)), ...[...fresh].sort()].sort();
    } else {
      for (const key of fresh) sorted.splice(lowerBound(key), 0, key);
    }
    fresh.clear();
  };
  return {
    add(key) {
      if (live.has(key)) return;
      live.add(key);
      if (sorted[lowerBound(key)] !== key) fresh.add(key);
    },
    remove(key) {
      live.delete(key);
      fresh.delete(key);
    },
    *walk(from, backwards) {
      settle();
      const step = backwards ? -1 : 1;
      let at = backwards ? sorted.length - 1 : 0;
      if (from !== undefined) {
        const place = lowerBound(from);
        if (backwards) at = place - 1;
        else at = sorted[place] === from ? place + 1 : place;
      }
      for (; at >= 0 && at < sorted.length; at += step) {
        const key = sorted[at];
        if (key !== undefined && live.has(key)) yield key;
      }
    },
  };
}
