import { createInterface } from "node:readline/promises";

type Input = NodeJS.ReadableStream & { readonly isTTY?: boolean };
type Output = NodeJS.WritableStream & { readonly isTTY?: boolean };

/** Whether a person said yes; undefined when there is no terminal, so nobody to ask. */
export async function confirm(
  question: string,
  input: Input,
  output: Output,
): Promise<boolean | undefined> {
  if (!input.isTTY || !output.isTTY) return undefined;
  const terminal = createInterface({ input, output });
  // Ctrl-C and Ctrl-D leave the question unanswered for ever.
  const closed = new Promise<string>((resolve) => terminal.once("close", () => resolve("")));
  try {
    const answer = await Promise.race([terminal.question(`${question} [y/N] `), closed]);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    terminal.close();
  }
}
