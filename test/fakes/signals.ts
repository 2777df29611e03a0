import type { Signals } from "../../src/domain/report-ports.ts";
import type { Signal, SignalName } from "../../src/domain/signal.ts";

/** The log, in memory. */
export interface FakeSignals extends Signals {
  /** Written, in order. */
  readonly written: readonly Signal[];
  /** Those of one name. */
  of<N extends SignalName>(name: N): readonly Extract<Signal, { readonly name: N }>[];
}

export function fakeSignals(): FakeSignals {
  const written: Signal[] = [];
  return {
    written,
    of: <N extends SignalName>(name: N) =>
      written.filter((one): one is Extract<Signal, { readonly name: N }> => one.name === name),
    write: (signals) => void written.push(...(JSON.parse(JSON.stringify(signals)) as Signal[])),
  };
}
