import { LarderError } from "../domain/errors.ts";

/** The answer, or the LarderError as a value, where one of many that run side by side may fail; bugs are thrown on. */
export async function orProblem<T>(answer: Promise<T>): Promise<T | LarderError> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof LarderError) return error;
    throw error;
  }
}
