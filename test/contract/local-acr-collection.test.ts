import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Collection, collection } from "../local/acr/collection.ts";

interface Item {
  readonly createdAt: number;
  readonly updatedAt: number;
}

const names = fc.constantFrom("a", "b", "c", "d", "e", "f", "g", "h");
const step = fc.oneof(
  fc.record({ set: names, at: fc.nat(50) }),
  fc.record({ remove: names }),
  fc.record({
    list: fc.constantFrom("name", "timeasc", "timedesc"),
    limit: fc.integer({ min: 1, max: 4 }),
  }),
);

function listed(held: Collection<Item>, order: "name" | "timeasc" | "timedesc", limit: number) {
  const found: string[] = [];
  for (let after: string | undefined; ; ) {
    const page = held.page({ after, limit, order });
    found.push(...page.items.map(([name]) => name));
    if (!page.more) return found;
    after = found.at(-1);
  }
}

function sorted(model: Map<string, number>, order: string): string[] {
  const byName = [...model.keys()].sort();
  if (order === "name") return byName;
  const byTime = byName.sort((a, b) => (model.get(a) ?? 0) - (model.get(b) ?? 0));
  return order === "timeasc" ? byTime : byTime.reverse();
}

describe("a collection", () => {
  it("pages like a sorted list, whatever was added and removed before", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const held = collection<Item>();
        const model = new Map<string, number>();
        const seen: string[][] = [];
        const wanted: string[][] = [];
        for (const one of steps) {
          if ("set" in one) {
            held.set(one.set, { createdAt: 0, updatedAt: one.at });
            model.set(one.set, one.at);
          } else if ("remove" in one) {
            held.delete(one.remove);
            model.delete(one.remove);
          } else {
            seen.push(listed(held, one.list, one.limit));
            wanted.push(sorted(model, one.list));
          }
        }
        expect(seen).toEqual(wanted);
      }),
    );
  });

  it("goes on after an item that was deleted between two pages", () => {
    const held = collection<Item>();
    for (const [at, name] of ["c", "a", "d", "b"].entries())
      held.set(name, { createdAt: 0, updatedAt: at });

    held.page({ limit: 2, order: "timedesc" });
    held.delete("d");

    const next = held.page({ after: "d", limit: 2, order: "timedesc" });
    expect(next.items.map(([name]) => name)).toEqual(["a", "c"]);
  });

  it("takes many new names at once and one by one", () => {
    const held = collection<Item>();
    for (let at = 0; at < 500; at += 1)
      held.set(`t${String((at * 7) % 500).padStart(3, "0")}`, { createdAt: 0, updatedAt: at });

    const page = held.page({ after: "t099", limit: 3, order: "name" });
    held.set("t100a", { createdAt: 0, updatedAt: 1 });
    const again = held.page({ after: "t099", limit: 3, order: "name" });

    expect(page.items.map(([name]) => name)).toEqual(["t100", "t101", "t102"]);
    expect(again.items.map(([name]) => name)).toEqual(["t100", "t100a", "t101"]);
  });
});
