import { decideCacheRule } from "../../src/domain/decide-cache-rule.ts";
import { facts, live } from "../domain/facts.ts";

/** Milliseconds for one decision against `count` rules, and for parsing the listing it was made on. */
export function decisionCost(
  count: number,
  runs: number,
): { readonly decide: number; readonly parse: number } {
  const rules = Array.from({ length: count }, (_, index) =>
    live({
      name: `rule-${index}`,
      source: `docker.io/team/app${index}`,
      target: `team/app${index}`,
    }),
  );
  const listing = JSON.stringify(rules);
  const world = facts({ live: rules });
  const request = { source: "docker.io/grafana/*", target: "grafana/*" };
  return {
    decide: each(runs, () => decideCacheRule(request, world)),
    parse: each(runs, () => JSON.parse(listing)),
  };
}

function each(runs: number, work: () => unknown): number {
  work();
  const started = performance.now();
  for (let run = 0; run < runs; run += 1) work();
  return (performance.now() - started) / runs;
}
