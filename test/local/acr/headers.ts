import type { Answer } from "../service.ts";

/** Reads an answer's headers by lower-case name, however they are spelled; the first of several values. */
export function headerOf({ headers = {} }: Answer): (name: string) => string | undefined {
  const lower = new Map(Object.entries(headers).map(([key, value]) => [key.toLowerCase(), value]));
  return (name) => {
    const value = lower.get(name);
    return typeof value === "string" || value === undefined ? value : value[0];
  };
}

/** What to store a manifest as. */
export const mediaTypeOf = (answer: Answer) =>
  headerOf(answer)("content-type") ?? "application/octet-stream";
