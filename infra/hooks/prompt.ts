import type { Writable } from "node:stream";

/** The part of a terminal's input that is used here; process.stdin where it is one. */
interface Input extends NodeJS.ReadableStream {
  setRawMode(on: boolean): unknown;
}

export interface Terminal {
  /** One line. Hidden: nothing of it is shown, not even its length. "" for an empty line and at the end of the input. */
  ask(question: string, how: { readonly hidden: boolean }): Promise<string>;
  /** Gives the terminal back. */
  close(): void;
}

/** The terminal of this process; undefined without one, as in a pipeline. */
export function ownTerminal(): Terminal | undefined {
  const { stdin, stdout } = process;
  if (!stdin.isTTY || !stdout.isTTY) return undefined;
  return terminal(stdin, stdout, (code) => process.exit(code));
}

interface Question {
  readonly show: (text: string) => void;
  readonly answer: (text: string) => void;
}

/**
 * From the first question until it is closed the terminal itself shows nothing: what somebody types ahead, while the last
 * answer is tried, may be a secret. Ctrl-C is then this program's to heed: it ends with 130.
 */
function terminal(input: Input, output: Writable, exit: (code: number) => void): Terminal {
  let question: Question | undefined;
  let text = "";
  let ahead = "";
  let state: "new" | "open" | "ended" = "new";
  const close = () => {
    input.setRawMode(false);
    input.pause();
  };
  const answer = () => {
    const { answer: give } = question ?? {};
    question = undefined;
    output.write("\n");
    give?.(text);
  };
  const advance = () => {
    if (!question) return;
    const line = typed(text, ahead);
    text = line.text;
    ahead = line.rest;
    question.show(text);
    if (line.ended || state === "ended") answer();
  };
  const take = (chunk: string) => {
    if (chunk.includes("\u0003")) {
      close();
      output.write("\n");
      return exit(130);
    }
    ahead += chunk;
    advance();
  };
  const open = () => {
    state = "open";
    input.setRawMode(true);
    input.setEncoding("utf8");
    input.on("data", take);
    input.on("end", () => {
      state = "ended";
      advance();
    });
  };
  return {
    ask(words, { hidden }) {
      if (state === "new") open();
      output.write(words);
      const show = (now: string) => hidden || output.write(`\r\u001b[K${words}${now}`);
      return new Promise((resolve) => {
        text = "";
        question = { show, answer: resolve };
        advance();
      });
    },
    close: () => {
      if (state !== "new") close();
    },
  };
}

/** What becomes of a line by what was typed. */
interface Line {
  readonly text: string;
  readonly ended: boolean;
  /** What came after its end, for the next question. */
  readonly rest: string;
}

/** Escape sequences of arrow and function keys, and of pasting in brackets. */
const sequences = new RegExp(`\u001b${String.raw`(?:\[[0-9;]*[A-Za-z~]|O[A-Z])`}`, "g");

/** A line after more was typed or pasted: backspace, Ctrl-U, Ctrl-D on an empty line; other control keys do nothing. */
export function typed(before: string, chunk: string): Line {
  const keys = Array.from(chunk.replace(sequences, ""));
  let text = before;
  for (const [at, key] of keys.entries()) {
    const rest = keys.slice(at + 1).join("");
    if (key === "\r") return { text, ended: true, rest: rest.replace(/^\n/, "") };
    if (key === "\n" || (key === "\u0004" && text === "")) return { text, ended: true, rest };
    if (key === "\u007f" || key === "\b") text = Array.from(text).slice(0, -1).join("");
    else if (key === "\u0015") text = "";
    else if (key >= " ") text += key;
  }
  return { text, ended: false, rest: "" };
}
