import type { Clock } from "../clock.ts";

/** Copies into the registry that were promised and are not done yet. */
export interface Imports {
  /** Starts `copy` after `delayMs`, by a real timer or as soon as the clock has moved past it. One copy a key at a time: the newest waiting one. */
  schedule(key: string, delayMs: number, copy: () => Promise<void>): void;
  /** Ends every copy whose time has come by the clock. */
  due(): Promise<void>;
  /** Resolves when no copy is waiting or running. */
  settled(): Promise<void>;
}

interface Waiting {
  readonly dueAt: number;
  readonly timer: NodeJS.Timeout;
  readonly copy: () => Promise<void>;
}

/** A copy that fails leaves nothing behind; the next pull is proxied and tries again. */
export function imports(clock: Clock): Imports {
  const waiting = new Map<string, Waiting>();
  const running = new Map<string, Promise<void>>();
  let idle: (() => void)[] = [];

  const run = (key: string): Promise<void> => {
    const job = waiting.get(key);
    if (!job) return running.get(key) ?? Promise.resolve();
    clearTimeout(job.timer);
    waiting.delete(key);
    const done = job
      .copy()
      .catch(() => {})
      .then(() => {
        running.delete(key);
        if (waiting.size + running.size > 0) return;
        for (const tell of idle) tell();
        idle = [];
      });
    running.set(key, done);
    return done;
  };
  return {
    schedule(key, delayMs, copy) {
      const early = waiting.get(key);
      if (early) waiting.set(key, { ...early, copy });
      if (early || running.has(key)) return;
      const timer = setTimeout(() => void run(key), delayMs);
      timer.unref();
      waiting.set(key, { dueAt: clock.now() + delayMs, timer, copy });
    },
    async due() {
      const now = clock.now();
      for (const [key, { dueAt }] of waiting) {
        if (dueAt > now) break;
        await run(key);
      }
    },
    settled: () =>
      waiting.size + running.size === 0
        ? Promise.resolve()
        : new Promise((resolve) => idle.push(resolve)),
  };
}
