import { describe, expect, it } from "vitest";
import { signals } from "../../src/azure/signals.ts";
import type { Signal } from "../../src/domain/signal.ts";
import { fakeSignals } from "../fakes/signals.ts";

/** Larder's log, each line as "level line". */
function heard() {
  const lines: string[] = [];
  return { port: signals((level, line) => void lines.push(`${level} ${line}`)), lines };
}

const away: Signal = {
  name: "TagAway",
  registry: "contoso",
  repository: "nginx",
  tag: "latest",
  message: 'nginx:latest: "busy"\nTry later.',
};
const set: Signal = {
  name: "CredentialSetSeen",
  registry: "contoso",
  credentialSet: "docker-hub",
  health: "Healthy",
  errorCode: undefined,
  daysLeft: -1,
  renewed: true,
};

describe.each([
  {
    name: "fake",
    make: () => {
      const port = fakeSignals();
      return { port, written: () => port.written };
    },
  },
  {
    name: "log",
    make: () => {
      const { port, lines } = heard();
      const parse = (line: string) => {
        const [, name, json = ""] = /^\w+ Larder\.(\w+) (.*)$/.exec(line) ?? [];
        return { name, ...(JSON.parse(json) as object) };
      };
      return { port, written: () => lines.map(parse) };
    },
  },
])("signals: $name", ({ make }) => {
  it("are written in their order, and without what is not known", () => {
    const { port, written } = make();
    port.write([away, set]);
    port.write([]);
    port.write([away]);

    const { errorCode: _, ...known } = set;
    expect(written()).toStrictEqual([away, known, away]);
  });
});

describe("log lines of signals", () => {
  const ran = { name: "ScheduleRan", job: "sweep", seconds: 1.25, everySeconds: 300 } as const;

  it("have a fixed name and one line of JSON", () => {
    const { port, lines } = heard();
    port.write([away, { ...ran, succeeded: true }]);

    expect(lines).toEqual([
      'log Larder.TagAway {"registry":"contoso","repository":"nginx","tag":"latest","message":"nginx:latest: \\"busy\\"\\nTry later."}',
      'log Larder.ScheduleRan {"job":"sweep","succeeded":true,"seconds":1.25,"everySeconds":300}',
    ]);
  });

  it("warn of what failed in Larder itself", () => {
    const { port, lines } = heard();
    port.write([
      { ...ran, succeeded: false },
      { name: "ReportIncomplete", part: "queues", message: "ServerBusy: busy" },
    ]);

    expect(lines).toEqual([
      'warn Larder.ScheduleRan {"job":"sweep","succeeded":false,"seconds":1.25,"everySeconds":300}',
      'warn Larder.ReportIncomplete {"part":"queues","message":"ServerBusy: busy"}',
    ]);
  });

  it("say nothing that a signal has no field for", () => {
    const { port, lines } = heard();
    port.write([{ ...ran, succeeded: true, password: "s3cr3t" } as Signal]);

    expect(lines[0]).toContain('{"job":"sweep",');
    expect(lines[0]).not.toContain("s3cr3t");
  });
});
