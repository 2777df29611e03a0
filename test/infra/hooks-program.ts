import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A command that a hook gave to `az` or `azd`. */
export interface Command {
  readonly program: string;
  readonly words: readonly string[];
  /** Texts of the files that stand among the words as "@file". */
  readonly files: readonly string[];
}

export interface Printed {
  readonly out?: unknown;
  readonly err?: string;
  readonly code?: number;
}

/** Programs for a hook to start, which ask this process what to print. */
export interface Programs {
  /** Folder for the PATH. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly given: Command[];
  close(): void;
}

const script = (program: string) => `#!${process.execPath}
const { readFileSync } = require("node:fs");
const words = process.argv.slice(2);
const files = words.filter((one) => one.startsWith("@")).map((one) => readFileSync(one.slice(1), "utf8"));
const body = JSON.stringify({ program: "${program}", words, files });
fetch(process.env.PROGRAMS_DESK, { method: "POST", body }).then(async (answer) => {
  const { out, err = "", code = 0 } = await answer.json();
  if (out !== undefined) process.stdout.write(typeof out === "string" ? out : JSON.stringify(out));
  process.stderr.write(err);
  process.exitCode = code;
});
`;

export async function startPrograms(
  names: readonly string[],
  answer: (command: Command) => Printed | Promise<Printed>,
): Promise<Programs> {
  const given: Command[] = [];
  const server = createServer((request, response) => {
    void answerTo(request, response);
  });
  const answerTo = async (request: IncomingMessage, response: ServerResponse) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const command = JSON.parse(Buffer.concat(parts).toString()) as Command;
    given.push(command);
    response.end(JSON.stringify(await answer(command)));
  };
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const folder = mkdtempSync(join(tmpdir(), "larder-programs-"));
  for (const name of names) {
    writeFileSync(join(folder, name), script(name));
    chmodSync(join(folder, name), 0o755);
  }
  const { port } = server.address() as AddressInfo;
  return {
    folder,
    env: { PROGRAMS_DESK: `http://127.0.0.1:${port}`, PATH: `${folder}:/usr/bin:/bin` },
    given,
    close() {
      server.closeAllConnections();
      server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export interface Ended {
  readonly code: number | null;
  /** Both streams, in the order they came. */
  readonly text: string;
}

export interface Running {
  readonly ended: Promise<Ended>;
  /** Resolves once this was printed; rejects when the hook ends before. */
  said(words: string): Promise<void>;
  type(text: string): void;
}

type Hook = "secrets" | "connect";
const root = join(import.meta.dirname, "../..");

/** A hook as azd starts it in a pipeline: without a terminal. */
export function runHook(hook: Hook, env: Readonly<Record<string, string>>): Running {
  return watch(process.execPath, [join(root, `infra/hooks/${hook}.ts`)], env);
}

/** A hook on a terminal of its own, made by script(1). */
export function runOnTerminal(hook: Hook, env: Readonly<Record<string, string>>): Running {
  const file = join(root, `infra/hooks/${hook}.ts`);
  const words =
    process.platform === "darwin"
      ? ["-q", "/dev/null", process.execPath, file]
      : ["-qefc", `'${process.execPath}' '${file}'`, "/dev/null"];
  return watch("script", words, env);
}

function watch(
  program: string,
  words: readonly string[],
  env: Readonly<Record<string, string>>,
): Running {
  const child = spawn(program, words, { env: { HOME: tmpdir(), ...env }, cwd: root });
  let text = "";
  const waiting = new Set<() => void>();
  const take = (part: Buffer) => {
    text += part.toString();
    for (const look of waiting) look();
  };
  child.stdout.on("data", take);
  child.stderr.on("data", take);
  const ended = new Promise<Ended>((resolve) => {
    child.on("close", (code) => resolve({ code, text }));
  });
  return {
    ended,
    said: (wanted) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (!text.includes(wanted)) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
        void ended.then(() => reject(new Error(`"${wanted}" was not said:\n${text}`)));
      }),
    type: (typed) => void child.stdin.write(typed),
  };
}
