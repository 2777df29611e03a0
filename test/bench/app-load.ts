import { execFileSync } from "node:child_process";

/** Milliseconds a fresh Node process needs to load one module, as it tells itself. */
function loadMilliseconds(module: string): number {
  const program = `const started = process.hrtime.bigint(); require(${JSON.stringify(module)}); process.stdout.write(String(process.hrtime.bigint() - started)); process.exit(0);`;
  const printed = execFileSync(process.execPath, ["-e", program], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  return Number(printed.toString()) / 1e6;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** Loads both in turn, `runs` times each; answers the medians in milliseconds. */
export function appLoad(runs: number): { readonly app: number; readonly library: number } {
  const app: number[] = [];
  const library: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    library.push(loadMilliseconds("@azure/functions"));
    app.push(loadMilliseconds("./dist/main.cjs"));
  }
  return { app: median(app), library: median(library) };
}
