import type { ClientReport, ClientTask } from "./client-protocol.ts";

/** What Larder is to do, one thing after another; each becomes a phase of the report. */
export type LarderStep =
  /** A refresh on demand that only finds. */
  | "dry run"
  /** A refresh on demand with strategy purge, to its end. */
  | "refresh"
  /** The scheduled sweep, and all that it sends. */
  | "sweep"
  /** The same when everything is due again. */
  | "next sweep"
  /** One run of a timer that finds nothing to do. */
  | IdleTimer;

export const idleTimers = [
  "idle sweep",
  "idle reconcile",
  "idle rotation sweep",
  "idle report",
] as const;
export type IdleTimer = (typeof idleTimers)[number];

export interface LarderTask extends ClientTask {
  /** Connection string of an empty Azurite. */
  readonly storage: string;
  readonly steps: readonly LarderStep[];
  /** What the throttle takes for a minute; absent: the registry's limits are off. */
  readonly windowSeconds?: number;
}

/** Requests to storage in one phase. */
export interface StorageCounts {
  readonly tables: number;
  readonly queues: number;
  /** Transactions among the tables' requests. */
  readonly batches: number;
  /** Messages worked off, which are as many executions. */
  readonly messages: number;
}

export interface LarderReport extends ClientReport {
  /** In the order of the phases. */
  readonly storage: readonly StorageCounts[];
  /** How each refresh on demand ended, in its own words. */
  readonly results: readonly string[];
  /** The log's lines of messages that failed. */
  readonly failures: readonly string[];
}
