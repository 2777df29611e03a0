import { appLoad } from "./app-load.ts";
import { decisionCost } from "./decision.ts";

/*
 * `npm run bench`: speeds as ratios against something in the same run, printed as a table.
 * Never asserted: a machine's speed is not a property of the code.
 */

const load = appLoad(15);
const decision = decisionCost(999, 500);
const row = (what: string, ours: number, against: string, theirs: number, budget: string) =>
  `| ${what} | ${ours.toFixed(1)} ms | ${against} ${theirs.toFixed(1)} ms | ${(ours / theirs).toFixed(2)} × | ${budget} |`;

console.log(`Node ${process.version}`);
console.log("| what | Larder | against | ratio | at most |");
console.log("|---|---|---|---|---|");
console.log(
  row(
    "app load, bundled, median of 15",
    load.app,
    "`@azure/functions` alone",
    load.library,
    "60 ms and 2 ×",
  ),
);
console.log(
  row(
    "one decision among 999 rules",
    decision.decide,
    "parsing their listing",
    decision.parse,
    "-",
  ),
);
