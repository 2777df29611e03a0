import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { ClientReport, ClientTask, Phase } from "./client-protocol.ts";

const programs = {
  floor: new URL("./floor.ts", import.meta.url),
  larder: new URL("./larder-run.ts", import.meta.url),
};
type Program = keyof typeof programs;

interface RunOptions {
  /** Arguments of Node's own. */
  readonly node?: readonly string[];
  /** The program goes on when this is done. */
  readonly onPhase?: (phase: Phase) => Promise<unknown>;
}

/** Runs measured programs, bundled as the app is for Azure: stripping types costs memory of its own. */
export interface Clients {
  /** To its end. Rejects when it ends without a report. */
  run<R extends ClientReport, T extends ClientTask>(
    which: Program,
    task: T,
    options?: RunOptions,
  ): Promise<R>;
  close(): void;
}

export async function bundledClients(): Promise<Clients> {
  const folder = mkdtempSync(join(tmpdir(), "larder-bench-"));
  await build({
    entryPoints: Object.fromEntries(
      Object.entries(programs).map(([name, url]) => [name, fileURLToPath(url)]),
    ),
    outdir: folder,
    outExtension: { ".js": ".cjs" },
    bundle: true,
    platform: "node",
    target: "node24",
    format: "cjs",
    external: ["@azure/functions-core"],
    logLevel: "error",
    logOverride: { "empty-import-meta": "silent" },
  });
  return {
    async run<R extends ClientReport, T extends ClientTask>(
      which: Program,
      task: T,
      { node = [], onPhase = async () => undefined }: RunOptions = {},
    ): Promise<R> {
      const child = fork(join(folder, `${which}.cjs`), [JSON.stringify(task)], {
        serialization: "advanced",
        execArgv: [...node],
        env: { PATH: process.env["PATH"], ...task.places.settings },
      });
      let report: R | undefined;
      child.on("message", (message) => {
        const { ended } = message as { ended?: Phase };
        if (ended) void onPhase(ended).then(() => child.send("go on"));
        else report = message as R;
      });
      const [code] = (await once(child, "exit")) as [number | null];
      if (!report) throw new Error(`${which} ended with ${code} and without a report`);
      return report;
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}
