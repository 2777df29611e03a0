import type { Signal } from "./signal.ts";
import type { Timestamp } from "./time.ts";

/*
 * The ports through which Larder tells how it is itself; the rest is in ports.ts, whose words on
 * errors hold here, too.
 */

/** Larder's log. */
export interface Signals {
  /** One line each, in their order. Never fails, and does not wait for whoever reads the log. */
  write(signals: readonly Signal[]): void;
}

/** The queues of work, with those that the host moves messages to which were given up. */
export interface Queues {
  /** About how many messages are in each, hidden ones included; a queue that is not there has none. */
  counts(): Promise<readonly { readonly queue: string; readonly messages: number }[]>;
}

/** When scheduled work last ran to its end, so that health can tell when it is overdue. */
export interface Heartbeats {
  /** Records that `job` ended at `at`; an earlier instant never replaces a later one. */
  beat(job: string, at: Timestamp): Promise<void>;
  last(job: string): Promise<Timestamp | undefined>;
}

export interface ReportSettings {
  /** Seconds between reports; one later than three of these is overdue. */
  readonly everySeconds: number;
}
