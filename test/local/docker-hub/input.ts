import { z } from "zod";
import type { Call } from "../service.ts";
import { refuseInvalid } from "./hub-errors.ts";

/** The body as the schema has it; 400 `{fields, text}` otherwise. */
export function bodyOf<T>(call: Call, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(jsonOf(call));
  if (parsed.success) return parsed.data;
  refuseInvalid(
    Object.fromEntries(
      parsed.error.issues.map(({ path, message }) => [path.join(".") || "body", message]),
    ),
  );
  throw new Error("a failed parse has issues");
}

function jsonOf(call: Call): unknown {
  try {
    return JSON.parse(call.body.toString());
  } catch {
    return undefined;
  }
}

/** A date-time in the future, as milliseconds. Its smallest and largest value are unknown (facts/docker-hub.md section 7). */
export function futureTime(now: number) {
  return z.iso
    .datetime({ offset: true })
    .transform((text) => Date.parse(text))
    .refine((at) => at > now, "must be in the future");
}
