import { z } from "zod";
import type { Call } from "../service.ts";
import { refuse } from "../service.ts";

/** A body that must be understood: 400 says what is wrong with it. */
export function read<T>(schema: z.ZodType<T>, call: Call): T {
  let json: unknown;
  try {
    json = JSON.parse(call.body.toString());
  } catch {
    return fail(400, "InvalidJson", "The body must be JSON.");
  }
  const parsed = schema.safeParse(json);
  return parsed.success ? parsed.data : fail(400, "InvalidBody", z.prettifyError(parsed.error));
}

/** Ends a call with an error of the control API. */
export function fail(status: number, code: string, message: string): never {
  return refuse({ status, body: { error: { code, message } } });
}

/** What a part of the world refuses with Error becomes 400. */
export async function attempt<T>(doing: () => T | Promise<T>): Promise<T> {
  try {
    return await doing();
  } catch (error) {
    return fail(400, "Refused", (error as Error).message);
  }
}
