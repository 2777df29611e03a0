import { runProgram } from "../program.ts";
import type { Measured, Peer, Stage } from "./peer.ts";

/** The most it allows. */
const concurrency = "32";
const escaped = (text: string) => text.replaceAll(".", "\\.");

/** A filter a repository, matching its stale tags and no others. */
function filters({ workload }: Stage): string[] {
  return workload.repositories
    .filter(({ stale }) => stale.size > 0)
    .flatMap(({ name, stale }) => [
      "--filter",
      `${escaped(`docker.io/${name}`)}:^(${[...stale].map(escaped).join("|")})$`,
    ]);
}

async function purge(path: string, stage: Stage): Promise<Measured> {
  const { registry, admin, caFile } = stage.cloud.places;
  // It takes only names with a dot.
  const server = registry.replace("localhost", "127.0.0.1");
  const login = ["-r", server, "-u", admin.username, "-p", admin.password];
  const args = ["purge", ...login, ...filters(stage), "--ago", "0m", "--concurrency", concurrency];
  const { code, output, seconds, peakMiB } = await runProgram(path, args, {
    SSL_CERT_FILE: caFile,
  });
  if (code !== 0) throw new Error(`acr purge ended with ${code}: ${output.slice(-500)}`);
  const note = "told which tags are stale: it compares with no upstream";
  return { what: "acr purge: list and untag", seconds, peakMiB, note };
}

export const acrPurge: Peer = {
  name: "acr-cli",
  program: "acr",
  install: "go install github.com/Azure/acr-cli/cmd/acr@latest",
  runs: [{ run: purge }],
};
