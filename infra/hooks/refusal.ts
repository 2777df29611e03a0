import { LarderError } from "../../src/domain/errors.ts";

/** An end that a person can do something about: its message is all that is printed. */
export function refusal(message: string): Error {
  const error = new Error(message);
  error.name = "Refusal";
  return error;
}

/** What is told of anything thrown: sentences where they were meant for people, else where the bug is. */
function wordsOf(error: unknown): string {
  if (error instanceof LarderError) return error.problem.message;
  if (!(error instanceof Error)) return String(error);
  return error.name === "Refusal" ? error.message : (error.stack ?? error.message);
}

/** Runs a hook to its end. azd stops at an exit code other than 0; `main` answers whether all went well. */
export async function runHook(main: () => Promise<boolean>): Promise<void> {
  try {
    if (!(await main())) process.exitCode = 1;
  } catch (error) {
    console.error(`\n${wordsOf(error)}`);
    process.exitCode = 1;
  }
}
