import { appLoad } from "../app-load.ts";
import { decisionCost } from "../decision.ts";
import { type BudgetRow, milliseconds } from "../table.ts";

/** How long the built app takes to load. */
export function load(): BudgetRow {
  const { app, library } = appLoad(15);
  return {
    what: "app load, bundled, median of 15",
    ours: milliseconds(app),
    against: `\`@azure/functions\` alone ${milliseconds(library)}`,
    ratio: app / library,
    budget: "60 ms and 2 ×",
  };
}

/** How long one decision on a rule takes. */
export function decision(): BudgetRow {
  const { decide, parse } = decisionCost(999, 500);
  return {
    what: "one decision among 999 rules",
    ours: milliseconds(decide),
    against: `parsing their listing ${milliseconds(parse)}`,
    ratio: decide / parse,
    budget: "-",
  };
}
