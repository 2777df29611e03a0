import * as z from "zod";
import { apiVersion } from "./api-version.ts";
import { line } from "./text.ts";

/** Opaque to callers, so that what a store calls "next" may change. */
const continuation = z
  .string()
  .max(2000)
  .regex(/^[A-Za-z0-9_-]+$/, "Take it from a nextLink; it cannot be made up.")
  .describe("Where the list goes on; taken from nextLink.");

/** Query parameters every list takes. */
export const pageQuery = {
  top: z
    .string()
    .regex(/^(?:[1-9]\d?|100)$/, "top is a number from 1 to 100.")
    .optional()
    .describe("How many to return at most, 1 to 100; 50 when absent."),
  continuation: continuation.optional(),
};

interface PageQuery {
  readonly top?: string | undefined;
  readonly continuation?: string | undefined;
}

/** What a store needs to read the page that was asked for. */
export function page(query: PageQuery): { readonly limit: number; readonly after?: string } {
  const after = query.continuation && Buffer.from(query.continuation, "base64url").toString();
  return { limit: Number(query.top ?? "50"), ...(after && { after }) };
}

/** The list shape: `nextLink` absolute, and absent (never null) on the last page. */
export function listOf<T>(schema: T extends z.ZodType ? T : never) {
  return z.strictObject({ value: z.array(schema), nextLink: z.url().optional() });
}

/**
 * The link to the next page: the same filters, and never anything else of the request's own query,
 * which may hold a function key.
 */
export function nextLink(
  url: string,
  filters: Readonly<Record<string, string | undefined>>,
  next: string | undefined,
): string | undefined {
  if (next === undefined) return undefined;
  const query = new URLSearchParams({ "api-version": apiVersion });
  for (const [name, value] of Object.entries(filters))
    if (value !== undefined && name !== "continuation") query.set(name, value);
  query.set("continuation", Buffer.from(next).toString("base64url"));
  return `${url}?${query.toString()}`;
}

/** A filter by an exact or partial text. */
export const filterText = line(300).optional();
