import type { Clients } from "../client-process.ts";
import { startCloud } from "../cloud-process.ts";
import { measureLarder } from "../measure.ts";
import { type BudgetRow, count, printTable, seconds } from "../table.ts";
import type { Count } from "../tally.ts";

/** What a minute takes here: work does not shrink with it, so a much shorter one would measure that. */
const minuteSeconds = 15;

/** Requests a minute that one identity has (facts/acr.md section 2); Standard has those of Basic. */
const tiers = {
  Basic: { reads: 5000, deletes: 500 },
  Premium: { reads: 10_000, deletes: 2000 },
} as const;
type Tier = keyof typeof tiers;
const label: Record<Tier, string> = { Basic: "Basic and Standard", Premium: "Premium" };

const within = 1.1;

function used(counts: readonly Count[]) {
  const own = counts.filter(
    ({ by, where, endpoint, status }) =>
      by === "client" && where === "acr" && !endpoint.includes("/oauth2/") && status < 400,
  );
  const sum = (wanted: (endpoint: string) => boolean) =>
    own.reduce((total, { endpoint, requests }) => total + (wanted(endpoint) ? requests : 0), 0);
  return {
    reads: sum((endpoint) => /^(GET|HEAD) /.test(endpoint)),
    deletes: sum((endpoint) => endpoint.startsWith("DELETE ")),
  };
}

/** How often the bucket must be filled anew before the last request can be made, in seconds here. */
function minimumOf(tier: Tier, { reads, deletes }: ReturnType<typeof used>): number {
  const refills = (wanted: number, limit: number) => Math.max(0, Math.ceil(wanted / limit) - 1);
  const { reads: readLimit, deletes: deleteLimit } = tiers[tier];
  return Math.max(refills(reads, readLimit), refills(deletes, deleteLimit)) * minuteSeconds;
}

/** The official images under each tier's limits, with a quicker clock. `free`: the same without limits, where it was measured already. */
export async function tierRuns(
  clients: Clients,
  free?: { readonly seconds: number },
): Promise<readonly BudgetRow[]> {
  const unlimited = free ?? (await sweepUnder(clients, "Premium", false));
  const rows: (readonly string[])[] = [];
  const budgets: BudgetRow[] = [];
  for (const tier of Object.keys(tiers) as Tier[]) {
    const { seconds: took, counts, throttled } = await sweepUnder(clients, tier, true);
    const { reads, deletes } = used(counts);
    const refills = minimumOf(tier, { reads, deletes });
    // Without a wait for the bucket the work itself is the minimum.
    const minimum = Math.max(refills, unlimited.seconds);
    rows.push([
      label[tier],
      count(reads),
      count(deletes),
      seconds(refills),
      seconds(unlimited.seconds),
      seconds(took),
      count(throttled),
    ]);
    budgets.push({
      what: `under the limits of ${label[tier]}`,
      ours: seconds(took),
      against: `the tier's own minimum ${seconds(minimum)}`,
      ratio: took / minimum,
      budget: `${within} ×, no 429 twice for a request`,
    });
  }
  const columns = ["tier", "reads", "deletes", "waits for the bucket", "without limits", "Larder"];
  printTable(
    `Tiers: official images, find to verify, a minute shortened to ${minuteSeconds} s`,
    [...columns, "answers 429"],
    rows,
    [
      "Only waiting is shortened, not work, and a message waits for whole seconds: the ratio is worse than it would be by a real clock.",
    ],
  );
  return budgets;
}

async function sweepUnder(clients: Clients, sku: Tier, limited: boolean) {
  const cloud = await startCloud({ sku, limited, minuteSeconds });
  try {
    const window = limited ? { windowSeconds: minuteSeconds } : {};
    const { phases, seconds: took } = await measureLarder(
      clients,
      cloud,
      "official",
      ["sweep"],
      window,
    );
    const counts = phases.flatMap((phase) => phase.counts);
    const throttled = phases.reduce((sum, { totals }) => sum + totals.throttled, 0);
    return { seconds: took, counts, throttled };
  } finally {
    await cloud.close();
  }
}
