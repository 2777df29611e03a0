import type { Writable } from "node:stream";

/** The part of a terminal's input that is used here; process.stdin where it is one. */
export interface TerminalInput extends NodeJS.ReadableStream {
  setRawMode(on: boolean): unknown;
  unshift(rest: string): void;
}

export interface Terminal {
  readonly input: TerminalInput;
  readonly output: Writable;
}

/** The terminal of this process; undefined without one, as in a pipeline. */
export function ownTerminal(): Terminal | undefined {
  const { stdin, stdout } = process;
  return stdin.isTTY && stdout.isTTY ? { input: stdin, output: stdout } : undefined;
}

/** What becomes of a line by what was typed so far. */
interface Line {
  readonly text: string;
  readonly end?: "entered" | "interrupted" | undefined;
  /** What came after the end, for the next question. */
  readonly rest: string;
}

/**
 * Asks one line. Hidden: nothing of it is shown, not even its length. "" for an empty line and for the end of the input; exits with 130
 * on Ctrl-C, which a terminal in raw mode leaves to the program.
 */
export async function ask(
  { input, output }: Terminal,
  question: string,
  { hidden }: { readonly hidden: boolean },
): Promise<string> {
  output.write(question);
  input.setRawMode(true);
  input.setEncoding("utf8");
  try {
    return await readLine(input, (text) => hidden || output.write(`\r\u001b[K${question}${text}`));
  } finally {
    input.setRawMode(false);
    input.pause();
    output.write("\n");
  }
}

function readLine(input: TerminalInput, show: (text: string) => void): Promise<string> {
  return new Promise((resolve) => {
    let text = "";
    const done = (line: string) => {
      input.off("data", take);
      input.off("end", ended);
      resolve(line);
    };
    const ended = () => done(text);
    const take = (chunk: string) => {
      const line = typed(text, chunk);
      text = line.text;
      show(text);
      if (line.end === undefined) return;
      done(text);
      if (line.rest !== "") input.unshift(line.rest);
      if (line.end === "interrupted") {
        input.setRawMode(false);
        process.exit(130);
      }
    };
    input.on("data", take);
    input.on("end", ended);
    input.resume();
  });
}

/** Escape sequences of arrow and function keys, and of pasting in brackets. */
const sequences = new RegExp(`\u001b${String.raw`(?:\[[0-9;]*[A-Za-z~]|O[A-Z])`}`, "g");

/** A line after more was typed or pasted: backspace, Ctrl-U, Ctrl-D on an empty line; other control keys do nothing. */
export function typed(before: string, chunk: string): Line {
  const keys = Array.from(chunk.replace(sequences, ""));
  let text = before;
  for (const [at, key] of keys.entries()) {
    const rest = keys.slice(at + 1).join("");
    if (key === "\r" || key === "\n")
      return { text, end: "entered", rest: rest.replace(/^\n/, "") };
    if (key === "\u0003") return { text: "", end: "interrupted", rest };
    if (key === "\u0004" && text === "") return { text, end: "entered", rest };
    if (key === "\u007f" || key === "\b") text = Array.from(text).slice(0, -1).join("");
    else if (key === "\u0015") text = "";
    else if (key >= " ") text += key;
  }
  return { text, rest: "" };
}
