import { bundledClients, type Clients } from "./client-process.ts";
import { phaseOf } from "./measure.ts";
import { decision, load } from "./parts/code.ts";
import { cost } from "./parts/cost.ts";
import { growth } from "./parts/growth.ts";
import { type Official, official, officialBudgets } from "./parts/official.ts";
import { runPeers } from "./parts/peers.ts";
import { tierRuns } from "./parts/tiers.ts";
import { type BudgetRow, printBudgets } from "./table.ts";

/*
 * `npm run bench -- [load] [decision] [official] [growth] [tiers] [peers] [cost]`: speeds as ratios against
 * something in the same run, printed as tables. Without names all parts run, peers where installed.
 * Never asserted: a machine's speed is not a property of the code.
 */

const parts = ["load", "decision", "official", "growth", "tiers", "peers", "cost"] as const;
type Part = (typeof parts)[number];

const isPart = (name: string): name is Part => (parts as readonly string[]).includes(name);

async function run(wanted: readonly Part[], clients: Clients): Promise<readonly BudgetRow[]> {
  const rows: BudgetRow[] = [];
  const has = (part: Part) => wanted.includes(part);
  if (has("load")) rows.push(load());
  if (has("decision")) rows.push(decision());
  let measured: Official | undefined;
  if (has("official") || has("peers")) {
    measured = await official(clients);
    rows.push(...officialBudgets(measured));
  }
  if (has("growth")) rows.push(...(await growth(clients)));
  if (has("tiers")) {
    const free = measured && phaseOf(measured.larder, "sweep");
    rows.push(...(await tierRuns(clients, free)));
  }
  if (has("cost")) await cost(clients);
  if (has("peers") && measured) rows.push(...(await runPeers(measured)));
  return rows;
}

const names = process.argv.slice(2);
const unknown = names.filter((name) => !isPart(name));
if (unknown.length > 0) {
  console.error(`There is no part "${unknown.join('", "')}". There are: ${parts.join(", ")}.`);
  process.exit(1);
}
const clients = await bundledClients();
try {
  console.log(`Node ${process.version}, ${new Date().toISOString()}`);
  printBudgets(await run(names.length > 0 ? names.filter(isPart) : parts, clients));
} finally {
  clients.close();
}
