import type { Clients } from "../client-process.ts";
import { startCloud } from "../cloud-process.ts";
import { type Measurement, measureFloor, measureLarder, phaseOf, totalOf } from "../measure.ts";
import { type BudgetRow, count, mebibytes, printTable, seconds } from "../table.ts";

/** The official images: Larder, and the floor in two orders of its requests. */
export interface Official {
  readonly larder: Measurement;
  readonly floor: Measurement;
  readonly fewest: Measurement;
}

const pages = "GET /acr/v1/{repository}/_tags";

export async function official(clients: Clients): Promise<Official> {
  const cloud = await startCloud();
  try {
    const floor = await measureFloor(clients, cloud, "official", "safe");
    const larder = await measureLarder(clients, cloud, "official", [
      "dry run",
      "sweep",
      "next sweep",
    ]);
    const fewest = await measureFloor(clients, cloud, "official", "fewest");
    const measured = { larder, floor, fewest };
    print(measured);
    return measured;
  } finally {
    await cloud.close();
  }
}

function print({ larder, floor, fewest }: Official): void {
  const rows = (who: string, { phases }: Measurement) =>
    phases.map(({ name, seconds: took, cpuSeconds, totals, storage }) => [
      who,
      name,
      seconds(took),
      seconds(cpuSeconds),
      count(totals.upstream),
      count(totals.registry),
      count(totals.untags),
      count(totals.pulls),
      storage ? `${count(storage.tables)} (${count(storage.batches)} batches)` : "-",
    ]);
  printTable(
    "Official images: 9,849 tags in 137 repositories, 1,753 stale, 5 ms added to every request, 64 in flight",
    [
      "who",
      "phase",
      "time",
      "processor time",
      "to upstream",
      "to ACR",
      "untagged",
      "counted pulls",
      "table requests",
    ],
    [
      ...rows("Larder", larder),
      ...rows("floor, the same requests", floor),
      ...rows("floor, fewest requests", fewest),
    ],
    [
      "`sweep` is find, purge, re-warm and verify, with everything recorded; `next sweep` finds all fresh, hours later.",
      `Peak memory: Larder ${mebibytes(larder.peakMiB)}, floor ${mebibytes(floor.peakMiB)}. Larder bundled, as in production.`,
    ],
  );
}

const ratioRow = (what: string, ours: number, against: string, theirs: number): BudgetRow => ({
  what,
  ours: seconds(ours),
  against: `${against} ${seconds(theirs)}`,
  ratio: ours / theirs,
  budget: "2 ×",
});

export function officialBudgets({ larder, floor }: Official): readonly BudgetRow[] {
  const find = phaseOf(larder, "dry run");
  const sweep = phaseOf(larder, "sweep");
  const next = phaseOf(larder, "next sweep");
  const tags = 9849;
  const listed = next.counts.filter(({ endpoint }) => endpoint === pages);
  const lists = listed.reduce((sum, { requests }) => sum + requests, 0);
  const each = (heads: number) => (heads / tags).toFixed(3);
  return [
    ratioRow("find", find.seconds, "bare pool", phaseOf(floor, "find").seconds),
    ratioRow("find, purge, re-warm, verify", sweep.seconds, "bare pool", floor.seconds),
    {
      ...ratioRow("the same in processor time", sweep.cpuSeconds, "bare pool", floor.cpuSeconds),
      budget: "-",
    },
    {
      what: "HEADs upstream per unchanged tag, next sweep",
      ours: each(next.totals.upstreamHeads),
      against: `and ${count(next.totals.upstream - next.totals.upstreamHeads)} tokens for 137 repositories`,
      ratio: undefined,
      budget: "1, and a token a repository",
    },
    {
      what: "pages of tags from ACR, next sweep",
      ours: count(lists),
      against: `other requests to ACR ${count(next.totals.registry - lists)}; pages of 100 in all repositories 193`,
      ratio: lists / 193,
      budget: "1 per 100 tags",
    },
    {
      what: "requests, find to verify",
      ours: count(sweep.totals.requests),
      against: `bare pool ${count(totalOf(floor).requests)}`,
      ratio: sweep.totals.requests / totalOf(floor).requests,
      budget: "-",
    },
  ];
}
