import type { CloudProcess } from "../cloud-process.ts";
import type { Workload } from "../workload.ts";

/** What a peer is run on. */
export interface Stage {
  readonly cloud: CloudProcess;
  readonly workload: Workload;
  /** An empty folder of its own. */
  readonly folder: string;
}

/** One command of a peer beside the same work of Larder's. */
export interface Measured {
  readonly what: string;
  readonly seconds: number;
  readonly peakMiB: number;
  /** What keeps the numbers from being compared as they stand. */
  readonly note: string;
}

interface PeerRun {
  /** Goes on where the last run ended; else the far ends are reset before. */
  readonly keepState?: true;
  /** Rejects when the program fails. */
  readonly run: (path: string, stage: Stage) => Promise<Measured>;
}

/** A tool that does part of Larder's work. */
export interface Peer {
  readonly name: string;
  readonly program: string;
  readonly install: string;
  /** One after another. */
  readonly runs: readonly PeerRun[];
}

/** Requests in flight, as Larder's own. */
export const concurrency = 64;
