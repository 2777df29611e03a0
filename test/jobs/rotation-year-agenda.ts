import type { VirtualClock } from "../fakes/clock.ts";

/**
 * What happens when: everything is on one list by time, and while nobody can go on, the clock jumps to the next entry. Workers
 * that wait for an answer stand on it, too, so that several of them take turns as their answers come.
 */
export interface Agenda {
  /** Milliseconds since the epoch. */
  at(milliseconds: number, act: () => void): void;
  /** Waits in the place of a worker. */
  sleep(seconds: number): Promise<void>;
  /** Starts a worker; what it throws ends the run. */
  start(work: () => Promise<void>): void;
  /** Plays until then. */
  run(until: number): Promise<void>;
}

interface Entry {
  readonly at: number;
  readonly number: number;
  readonly act: () => void;
}

export function agenda(clock: VirtualClock): Agenda {
  const entries = entriesByTime();
  let count = 0;
  let working = 0;
  let end = 0;
  let failure: { readonly error: unknown } | undefined;
  const at: Agenda["at"] = (milliseconds, act) => {
    count += 1;
    entries.add({ at: Math.max(milliseconds, clock.milliseconds()), number: count, act });
  };
  const advanceTo = (milliseconds: number) =>
    clock.advance(Math.max(0, milliseconds - clock.milliseconds()) / 1000);
  return {
    at,
    async sleep(seconds) {
      const then = clock.milliseconds() + Math.round(seconds * 1000);
      // Alone, and nothing happens until then: the same as below, much faster.
      if (working === 1 && then < Math.min(end, entries.first()?.at ?? end)) advanceTo(then);
      else await new Promise<void>((resolve) => at(then, resolve));
    },
    start(work) {
      working += 1;
      void work()
        .catch((error: unknown) => {
          failure ??= { error };
        })
        .finally(() => {
          working -= 1;
        });
    },
    async run(until) {
      end = until;
      for (let next = entries.first(); next && next.at <= until; next = entries.first()) {
        entries.takeFirst();
        advanceTo(next.at);
        next.act();
        // All promises come to rest before the next entry.
        if (working > 0) await new Promise((resolve) => void setImmediate(resolve));
        if (failure) throw failure.error;
      }
      advanceTo(until);
    },
  };
}

const before = (a: Entry, b: Entry) => a.at < b.at || (a.at === b.at && a.number < b.number);

/** A binary heap. */
function entriesByTime() {
  const heap: Entry[] = [];
  const swap = (a: number, b: number) => {
    [heap[a], heap[b]] = [heap[b] as Entry, heap[a] as Entry];
  };
  const isBefore = (a: number, b: number) => before(heap[a] as Entry, heap[b] as Entry);
  return {
    first: () => heap[0],
    add(entry: Entry) {
      let place = heap.push(entry) - 1;
      while (place > 0 && isBefore(place, (place - 1) >> 1)) {
        swap(place, (place - 1) >> 1);
        place = (place - 1) >> 1;
      }
    },
    takeFirst() {
      const last = heap.pop();
      if (last === undefined || heap.length === 0) return;
      heap[0] = last;
      for (let place = 0; ; ) {
        const left = 2 * place + 1;
        let least = place;
        if (left < heap.length && isBefore(left, least)) least = left;
        if (left + 1 < heap.length && isBefore(left + 1, least)) least = left + 1;
        if (least === place) return;
        swap(place, least);
        place = least;
      }
    },
  };
}
