import type { Clients } from "../client-process.ts";
import { startCloud } from "../cloud-process.ts";
import { type LarderMeasurement, measureLarder } from "../measure.ts";
import { type BudgetRow, count, mebibytes, printTable, seconds } from "../table.ts";

const sizes = [1000, 10_000, 100_000] as const;
const budgetMiB = 150;

/** Ever more tags, a hundred a repository, one in a hundred stale: the first sweep and a later one. */
export async function growth(clients: Clients): Promise<readonly BudgetRow[]> {
  const measured: { readonly tags: number; readonly larder: LarderMeasurement }[] = [];
  for (const tags of sizes) {
    const cloud = await startCloud({ workload: tags });
    try {
      const larder = await measureLarder(clients, cloud, tags, ["sweep", "next sweep"], {
        tables: "light",
      });
      measured.push({ tags, larder });
    } finally {
      await cloud.close();
    }
  }
  printTable(
    "Growth: 100 tags a repository, 1 in 100 stale",
    [
      "tags",
      "phase",
      "time",
      "processor time",
      "HEADs upstream",
      "to ACR",
      "table requests",
      "batches",
      "peak memory",
    ],
    measured.flatMap(({ tags, larder }) =>
      larder.phases.map(({ name, seconds: took, cpuSeconds, totals, storage }) => [
        count(tags),
        name,
        seconds(took),
        seconds(cpuSeconds),
        count(totals.upstreamHeads),
        count(totals.registry),
        count(storage?.tables ?? 0),
        count(storage?.batches ?? 0),
        mebibytes(larder.peakMiB),
      ]),
    ),
    [
      "Tables are the bench's own, with an index: Azurite goes through all rows on every query. `next sweep` is hours later and finds all fresh. Peak memory is of the process, over both.",
    ],
  );
  return measured.slice(-1).map(({ tags, larder: { peakMiB } }) => ({
    what: `memory, sweeping ${count(tags)} tags`,
    ours: mebibytes(peakMiB),
    against: `sweeping ${count(sizes[0])} ${mebibytes(measured[0]?.larder.peakMiB ?? Number.NaN)}`,
    ratio: peakMiB / (measured[0]?.larder.peakMiB ?? Number.NaN),
    budget: `${budgetMiB} MiB, flat`,
  }));
}
