import type { Budget } from "../../src/domain/budget.ts";
import type { Budgets } from "../../src/domain/refresh-ports.ts";

/** The `budgets` table in memory; values go in and out as text. */
export interface FakeBudgets extends Budgets {
  /** Every stored text, to be searched for what must not be there. */
  texts(): readonly string[];
}

export function fakeBudgets(): FakeBudgets {
  const rows = new Map<string, string>();
  const held = (key: string) => {
    const text = rows.get(key);
    return text === undefined ? undefined : (JSON.parse(text) as Budget);
  };
  return {
    get: async (key) => held(key),
    list: async () => [...rows].map(([key, text]) => ({ key, budget: JSON.parse(text) as Budget })),
    async update(key, change) {
      for (;;) {
        const seen = rows.get(key);
        const { put, answer } = change(held(key));
        // Others get a turn between the read and the write, as with a real table.
        await Promise.resolve();
        if (rows.get(key) !== seen) continue;
        if (put) rows.set(key, JSON.stringify(put));
        return answer;
      }
    },
    texts: () => [...rows.values()],
  };
}
