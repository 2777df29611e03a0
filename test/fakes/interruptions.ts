/*
 * Something happening around a call to a port: a failure, a crash (throw any error that is not a
 * LarderError), or another writer slipping in between a read and a commit.
 */
export interface Interruptions {
  /** Every call so far, in order: "rules.commit", "cacheRuleWriter.create", … */
  calls(): readonly string[];
  /**
   * Runs `act` before or after the next call of that name, or the call of that number (0 is the
   * first ever). What it throws is what the caller sees; thrown `after`, the work is done but the
   * answer is lost. `act` is given the call itself, to have it made once more.
   */
  interrupt(where: string | number, when: "before" | "after", act: Act, times?: number): void;
  /** Forgets everything planned. */
  clear(): void;
  /** Runs `act` after every call that was answered, whether or not the answer is then lost. */
  watch(act: Watcher): void;
}

type Act = (again: () => Promise<unknown>) => unknown;
type Watcher = (call: string, parameters: readonly unknown[], answer: unknown) => void;

interface Plan {
  readonly where: string | number;
  readonly when: "before" | "after";
  readonly act: Act;
  left: number;
}

export interface InterruptiblePorts extends Interruptions {
  /** The same port, every method of which can be interrupted under "name.method". */
  wrap<T extends object>(name: string, port: T): T;
}

export function interruptions(): InterruptiblePorts {
  const calls: string[] = [];
  let plans: Plan[] = [];
  const watchers: Watcher[] = [];
  const run = async (
    call: string,
    index: number,
    when: "before" | "after",
    again: () => Promise<unknown>,
  ) => {
    const plan = plans.find(
      (one) => one.when === when && (one.where === call || one.where === index),
    );
    if (!plan) return;
    plan.left -= 1;
    plans = plans.filter(({ left }) => left > 0);
    await plan.act(again);
  };
  return {
    calls: () => [...calls],
    interrupt: (where, when, act, times = 1) => void plans.push({ where, when, act, left: times }),
    clear: () => {
      plans = [];
    },
    watch: (act) => void watchers.push(act),
    wrap: (name, port) =>
      new Proxy(port, {
        get(target, key) {
          const value: unknown = Reflect.get(target, key);
          if (typeof value !== "function") return value;
          return async (...parameters: unknown[]) => {
            const call = `${name}.${String(key)}`;
            const index = calls.push(call) - 1;
            const make = async (): Promise<unknown> => Reflect.apply(value, target, parameters);
            await run(call, index, "before", make);
            const answer = await make();
            for (const watcher of watchers) watcher(call, parameters, answer);
            await run(call, index, "after", make);
            return answer;
          };
        },
      }),
  };
}
