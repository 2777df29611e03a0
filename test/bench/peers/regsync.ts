import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runProgram } from "../program.ts";
import { concurrency, type Measured, type Peer, type Stage } from "./peer.ts";

const note =
  "copies into a registry without cache rules: a push under a rule is refused by the real service";

/** JSON is YAML, too. */
function configFile({ cloud: { places }, workload, folder }: Stage): string {
  const host = (registry: string, login: { username: string; password: string }) => ({
    registry,
    user: login.username,
    pass: login.password,
    tls: "enabled",
    regcert: readFileSync(places.caFile, "utf8"),
    reqConcurrent: concurrency,
  });
  const config = {
    version: 1,
    creds: [
      host(places.upstreamAlias, places.upstreamLogin),
      host(places.plainRegistry, places.admin),
    ],
    defaults: { parallel: concurrency, skipDockerConfig: true },
    sync: workload.repositories.map(({ name }) => ({
      source: `${places.upstreamAlias}/${name}`,
      target: `${places.plainRegistry}/${name}`,
      type: "repository",
    })),
  };
  const file = join(folder, "regsync.yml");
  writeFileSync(file, JSON.stringify(config));
  return file;
}

const running =
  (command: "check" | "once", what: string) =>
  async (path: string, stage: Stage): Promise<Measured> => {
    const args = [command, "-c", configFile(stage), "-v", "error"];
    const { code, output, seconds, peakMiB } = await runProgram(path, args, {});
    if (code !== 0) throw new Error(`regsync ${command} ended with ${code}: ${output.slice(-500)}`);
    return { what, seconds, peakMiB, note };
  };

export const regsync: Peer = {
  name: "regsync",
  program: "regsync",
  install: "go install github.com/regclient/regclient/cmd/regsync@latest",
  runs: [
    { run: running("check", "regsync check: find") },
    { run: running("once", "regsync once: find and copy") },
    { run: running("once", "regsync once again: find, all fresh"), keepState: true },
  ],
};
