import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CloudProcess, startCloud } from "../cloud-process.ts";
import { phaseOf } from "../measure.ts";
import { acrPurge } from "../peers/acr-purge.ts";
import { crane, skopeo } from "../peers/manifest-pulls.ts";
import type { Measured, Peer } from "../peers/peer.ts";
import { regsync } from "../peers/regsync.ts";
import { findProgram } from "../program.ts";
import { type BudgetRow, count, mebibytes, printTable, seconds } from "../table.ts";
import { type Totals, totals } from "../tally.ts";
import { type Workload, workload } from "../workload.ts";
import type { Official } from "./official.ts";

const peers: readonly Peer[] = [regsync, acrPurge, crane, skopeo];

interface Result extends Measured {
  readonly totals: Totals;
}

type Row = readonly string[];

/** The peers that are installed, on the same far ends; Larder and the floor for comparison. */
export async function runPeers(measured: Official): Promise<readonly BudgetRow[]> {
  const cloud = await startCloud();
  const rows: Row[] = [...ownRows(measured)];
  const results: Result[] = [];
  try {
    for (const peer of peers) {
      const path = findProgram(peer.program);
      if (path === undefined) {
        rows.push([`${peer.name}: not installed`, "", "", "", "", `\`${peer.install}\``]);
        continue;
      }
      const done = await runPeer(peer, path, cloud, workload("official"));
      results.push(...done);
      rows.push(...done.map(rowOf));
    }
  } finally {
    await cloud.close();
  }
  const columns = ["what", "time", "requests", "counted pulls", "peak memory", "note"];
  printTable("Peers, official images", columns, rows);
  return budgetsOf(measured, results);
}

async function runPeer(
  { program, runs }: Peer,
  path: string,
  cloud: CloudProcess,
  held: Workload,
): Promise<readonly Result[]> {
  const folder = mkdtempSync(join(tmpdir(), `larder-bench-${program}-`));
  const results: Result[] = [];
  try {
    for (const { keepState, run } of runs) {
      await cloud.ask(keepState ? "clear" : "reset");
      const measured = await run(path, { cloud, workload: held, folder });
      results.push({ ...measured, totals: totals(await cloud.ask("counts")) });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return results;
}

const rowOf = ({ what, seconds: took, peakMiB, note, totals: held }: Result): Row => [
  what,
  seconds(took),
  count(held.requests),
  count(held.pulls),
  mebibytes(peakMiB),
  note,
];

function ownRows({ larder, floor, fewest }: Official): readonly Row[] {
  const sum = (phases: readonly { totals: Totals }[], key: "requests" | "pulls") =>
    count(phases.reduce((total, { totals: held }) => total + held[key], 0));
  const whole = (what: string, one: typeof floor, note: string): Row => [
    what,
    seconds(one.seconds),
    sum(one.phases, "requests"),
    sum(one.phases, "pulls"),
    mebibytes(one.peakMiB),
    note,
  ];
  const step = (what: string, name: string, note: string): Row => {
    const { seconds: took, totals: held } = phaseOf(larder, name);
    const memory = mebibytes(larder.peakMiB);
    return [what, seconds(took), count(held.requests), count(held.pulls), memory, note];
  };
  return [
    step("Larder: find", "dry run", "every tag's result recorded"),
    step("Larder: find, purge, re-warm, verify", "sweep", "index and 2 platforms; all recorded"),
    whole("floor, the same requests: all four", floor, "keeps nothing"),
    whole("floor, fewest requests: all four", fewest, "gives up the old copy first; keeps nothing"),
  ];
}

const factor = 5;

function budgetsOf({ larder }: Official, results: readonly Result[]): readonly BudgetRow[] {
  const ours = phaseOf(larder, "sweep").seconds;
  const took = (start: string) => results.find(({ what }) => what.startsWith(start))?.seconds;
  const row = (what: string, theirs: number | undefined): BudgetRow => ({
    what: `find to verify, against ${what}`,
    ours: seconds(ours),
    against: theirs === undefined ? "not installed" : seconds(theirs),
    ratio: theirs === undefined ? undefined : ours / theirs,
    budget: `${1 / factor} ×`,
  });
  const [purge, pulls] = [took("acr purge"), took("crane")];
  const both = purge === undefined || pulls === undefined ? undefined : purge + pulls;
  return [row("regsync once", took("regsync once:")), row("acr purge + crane", both)];
}
