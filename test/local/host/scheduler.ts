/** The host's clock for timer triggers, as an argument, so that a test need not wait. */
export interface Scheduler {
  /** Epoch milliseconds. */
  now(): number;
  /** Runs once after so many milliseconds; the returned function calls it off. */
  after(ms: number, run: () => void): () => void;
}

/** The longest delay setTimeout takes is about 24.8 days; longer ones run at once. */
const longest = 24 * 86_400_000;

/** The machine's own clock. */
export function realScheduler(): Scheduler {
  return {
    now: () => Date.now(),
    after(ms, run) {
      let timer: NodeJS.Timeout;
      const wait = (left: number) => {
        timer = setTimeout(
          () => (left > longest ? wait(left - longest) : run()),
          Math.min(left, longest),
        );
      };
      wait(ms);
      return () => clearTimeout(timer);
    },
  };
}
