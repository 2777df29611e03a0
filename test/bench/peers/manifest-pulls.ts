import { inFlight } from "../pool.ts";
import { type Ran, runProgram } from "../program.ts";
import type { Measured, Peer, Stage } from "./peer.ts";

/** Processes at once. */
const processes = 16;

/** Re-warms by one process a tag, of the index alone. */
async function pullEach(
  what: string,
  { workload, cloud }: Stage,
  pull: (reference: string) => Promise<Ran>,
): Promise<Measured> {
  await cloud.ask("untagStale");
  const references = workload.repositories.flatMap(({ name, stale }) =>
    [...stale].map((tag) => `${cloud.places.registry}/docker.io/${name}:${tag}`),
  );
  let peak = 0;
  const started = performance.now();
  await inFlight(processes, references, async (reference) => {
    const { code, output, peakMiB } = await pull(reference);
    if (code !== 0) throw new Error(`${what} of ${reference} ended with ${code}: ${output}`);
    peak = Math.max(peak, peakMiB);
  });
  const seconds = (performance.now() - started) / 1000;
  const note = `index only; told which tags are stale; memory is ${processes} × the largest process`;
  return { what, seconds, peakMiB: peak * processes, note };
}

export const crane: Peer = {
  name: "crane",
  program: "crane",
  install: "go install github.com/google/go-containerregistry/cmd/crane@latest",
  runs: [
    {
      run: (path, stage) =>
        pullEach("crane manifest × 16: re-warm", stage, (reference) =>
          runProgram(path, ["manifest", reference], { SSL_CERT_FILE: stage.cloud.places.caFile }),
        ),
    },
  ],
};

export const skopeo: Peer = {
  name: "skopeo",
  program: "skopeo",
  install: "apt-get install skopeo",
  runs: [
    {
      run: (path, stage) =>
        pullEach("skopeo inspect --raw × 16: re-warm", stage, (reference) =>
          runProgram(path, ["inspect", "--raw", `docker://${reference}`], {
            SSL_CERT_FILE: stage.cloud.places.caFile,
          }),
        ),
    },
  ],
};
