import { mustBeThere } from "./absence.ts";
import { ask } from "./ask.ts";
import { type PageReader, pages } from "./pages.ts";

/**
 * Everything in one of ARM's lists, each item as `show` has it; every page is an exchange of its own.
 * `what` completes "Could not …". A 404 is never an empty list: `refused`, for the registry is not there.
 */
export async function armList<A, T>(
  what: string,
  read: (abortSignal: AbortSignal) => PageReader<A>,
  show: (item: A) => T,
): Promise<readonly T[]> {
  const found = pages<A>((start) => ask(what, (abortSignal) => read(abortSignal)(start)));
  const items: T[] = [];
  try {
    for await (const page of found) items.push(...page.map(show));
  } catch (error) {
    throw mustBeThere(error);
  }
  return items;
}
