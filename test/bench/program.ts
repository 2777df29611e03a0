import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";

const goProgram = "go";

/** Where Go puts programs, asked once; undefined without Go. */
function goFolder(): string | undefined {
  const answer = spawnSync(goProgram, ["env", "GOBIN", "GOPATH"], { encoding: "utf8" });
  if (answer.status !== 0) return undefined;
  const [bin, path = ""] = answer.stdout.split("\n");
  return bin || join(path, "bin");
}

/** The full path of a program on PATH, in GOBIN or in $(go env GOPATH)/bin; undefined: not installed. */
export function findProgram(name: string): string | undefined {
  const folders = [
    process.env["GOBIN"],
    ...(process.env["PATH"] ?? "").split(delimiter),
    goFolder(),
  ];
  return folders
    .flatMap((folder) => (folder ? [join(folder, name)] : []))
    .find((path) => existsSync(path));
}

export interface Ran {
  readonly code: number | null;
  readonly seconds: number;
  readonly output: string;
  /** Most memory it ever had resident, as /proc tells; 0 where there is no /proc. */
  readonly peakMiB: number;
}

const lookEveryMs = 20;
const keptOutput = 100_000;

/** Runs a foreign program to its end. Its peak is looked up while it runs, so the last moments may be missed. */
export async function runProgram(
  path: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Ran> {
  const started = performance.now();
  const child = spawn(path, args, {
    env: { PATH: process.env["PATH"], HOME: "/nonexistent", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const read = (chunk: Buffer) => {
    output = (output + chunk.toString()).slice(-keptOutput);
  };
  child.stdout.on("data", read);
  child.stderr.on("data", read);
  let peakMiB = 0;
  const look = () => {
    peakMiB = Math.max(peakMiB, peakOf(child.pid));
  };
  const looking = setInterval(look, lookEveryMs);
  look();
  const [code] = (await once(child, "close")) as [number | null];
  clearInterval(looking);
  return { code, output, peakMiB, seconds: (performance.now() - started) / 1000 };
}

function peakOf(pid: number | undefined): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}
