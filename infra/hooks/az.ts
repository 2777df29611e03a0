import { execFile } from "node:child_process";
import { refusal } from "./refusal.ts";

/**
 * One command of the Azure CLI: what it printed, as JSON. Rejects with a failure whose message is az's own words. No secret
 * may stand among the arguments: they are seen in the list of processes. What is printed stays in memory.
 */
export type Az = (...words: readonly string[]) => Promise<unknown>;

/** Of what az prints, a long list of functions included. */
const maxBuffer = 64 * 1024 * 1024;

/** az on the PATH. `--only-show-errors` keeps its warnings and hints out of its words. */
export const az: Az = (...words) =>
  new Promise((resolve, reject) => {
    const windows = process.platform === "win32";
    const given = [...words, "--output", "json", "--only-show-errors"];
    // On Windows it is a batch file, which Node starts by way of cmd.exe only (CVE-2024-27980).
    const [file, list] = windows ? ["az.cmd", given.map(quoteForCmd)] : ["az", given];
    execFile(file, list, { shell: windows, maxBuffer, windowsHide: true }, (error, out, err) => {
      if (error) return reject(failureOf(error, err));
      try {
        resolve(out.trim() === "" ? undefined : JSON.parse(out));
      } catch {
        reject(refusal(`az ${words.slice(0, 3).join(" ")} printed something that is no JSON.`));
      }
    });
  });

function failureOf(error: Error & { readonly code?: unknown }, words: string): Error {
  const absent = error.code === "ENOENT" || /'az\.cmd' is not recognized/.test(words);
  if (absent) return refusal(notInstalled);
  return refusal(words.trim().replace(/^ERROR: /, "") || `az ended with ${String(error.code)}.`);
}

const notInstalled =
  'The Azure CLI (az) is not on the PATH. Install it (https://learn.microsoft.com/cli/azure/install-azure-cli), run "az login", and run azd again.';

/** An argument that cmd.exe, and the batch file after it, take for one word. Throws for what no quoting helps with. */
export function quoteForCmd(word: string): string {
  if (/["%\r\n]/.test(word)) throw new Error(`az cannot be given ${JSON.stringify(word)} here`);
  // Before the closing quote a backslash would make it part of the word, and the next word, too.
  return /^[\w./:@=-]+$/.test(word) ? word : `"${word.replace(/\\+$/, "$&$&")}"`;
}
