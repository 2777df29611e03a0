import * as z from "zod";
import { isReason, LarderError } from "../domain/errors.ts";
import { mustBeThere } from "./absence.ts";
import type { CallOptions } from "./registry-calls.ts";
import { statusOf } from "./sdk-error.ts";

/* What a registry's 404 is about: its code says what it does not know. */

/** The answer; undefined where the registry does not know what was asked for. Any other 404 is `refused`. */
export async function ifKnown<T>(
  answer: Promise<T>,
  unknown: readonly string[],
): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isReason(error, "missing") && unknown.includes(error.problem.code)) return undefined;
    throw mustBeThere(error);
  }
}

const Refusal = z.object({ errors: z.array(z.object({ code: z.string() })) });

/**
 * The SDK takes every 404 to a deletion for success and hides it; only the raw answer tells which it
 * was, and one that speaks of something else is `refused`. 405: it is locked, or what it is in.
 */
export async function removal(
  send: (options: CallOptions & { onResponse(raw: RawAnswer): void }) => Promise<void>,
  options: CallOptions,
): Promise<"removed" | "absent" | "locked"> {
  let answer: RawAnswer = { status: 0 };
  const onResponse = (raw: RawAnswer) => {
    answer = raw;
  };
  try {
    await send({ ...options, onResponse });
  } catch (error) {
    const status = statusOf(error);
    if (status === 405) return "locked";
    // Even a 404 that the SDK could not read, such as a gateway's page.
    throw status === 404 ? aboutSomethingElse(undefined) : error;
  }
  if (answer.status !== 404) return "removed";
  const code = codeIn(answer.bodyAsText ?? "");
  if (code === "TAG_UNKNOWN" || code === "MANIFEST_UNKNOWN" || code === "NAME_UNKNOWN")
    return "absent";
  throw aboutSomethingElse(code);
}

function aboutSomethingElse(code: string | undefined): LarderError {
  return new LarderError("refused", {
    code: code ?? "NotFound",
    message: "The registry answered 404 to a deletion, and not because there is nothing to delete.",
  });
}

interface RawAnswer {
  readonly status: number;
  readonly bodyAsText?: string | null;
}

function codeIn(body: string): string | undefined {
  try {
    return Refusal.safeParse(JSON.parse(body)).data?.errors[0]?.code;
  } catch {
    return undefined;
  }
}
