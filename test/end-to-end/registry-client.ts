import { execFile, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { StandIn } from "../local/stand-in.ts";

/** Whether skopeo is installed here. */
export const skopeoInstalled = spawnSync("skopeo", ["--version"]).status === 0;

/** Why a test that needs it is skipped, for its name. */
export const skopeoNeeded = skopeoInstalled
  ? ""
  : " (skipped: needs skopeo; apt-get install skopeo)";

/** skopeo, trusting the stand-in. Commands answer their output, or throw with what skopeo said. */
export interface Skopeo {
  run(command: string, ...parameters: readonly string[]): Promise<string>;
  /** Copies an image, with its platform for this machine, into a fresh OCI layout. */
  pull(image: string): Promise<void>;
  close(): void;
}

export function skopeo(standIn: StandIn): Skopeo {
  const folder = mkdtempSync(join(tmpdir(), "larder-skopeo-"));
  const certificates = join(folder, "certs");
  mkdirSync(certificates);
  writeFileSync(join(certificates, "ca.crt"), standIn.ca);
  // Not the synchronous form: the registry may live in this very process.
  const run = async (...parameters: readonly string[]) =>
    (await promisify(execFile)("skopeo", parameters)).stdout;
  let copies = 0;
  return {
    run: (command, ...rest) => run(command, "--cert-dir", certificates, ...rest),
    async pull(image) {
      copies += 1;
      const to = `oci:${join(folder, `copy-${copies}`)}:copy`;
      await run("copy", "--quiet", "--src-cert-dir", certificates, `docker://${image}`, to);
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}
