/** Chance that is the same for the same seed. */
export interface Dice {
  /** At least 0, below 1. */
  roll(): number;
  chance(probability: number): boolean;
  between(from: number, to: number): number;
  /** A whole number, both ends included. */
  whole(from: number, to: number): number;
  pick<T>(items: readonly T[]): T;
}

/** Mulberry32: public domain, good enough to spread happenings over a year. */
export function dice(seed: number): Dice {
  let state = seed >>> 0;
  const roll = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const between = (from: number, to: number) => from + roll() * (to - from);
  return {
    roll,
    between,
    chance: (probability) => roll() < probability,
    whole: (from, to) => Math.floor(between(from, to + 1)),
    pick: <T>(items: readonly T[]) => items[Math.floor(roll() * items.length)] as T,
  };
}
