import type { Answer, Call } from "../service.ts";
import { badParameter } from "./refusals.ts";

/** Key Vault's own page size, and the most a caller may ask for. */
const pageSize = 25;

/** One page of a list, with an absolute nextLink while there is more; 400 for a bad `maxresults`. */
export function page<T>(call: Call, all: readonly T[], show: (one: T) => unknown): Answer {
  const asked = call.query.get("maxresults") ?? String(pageSize);
  const size = /^\d+$/.test(asked) ? Number(asked) : 0;
  if (size < 1 || size > pageSize) badParameter(`maxresults must be from 1 to ${pageSize}.`);
  const start = Number(call.query.get("$skiptoken") ?? "0");
  if (!Number.isSafeInteger(start)) badParameter("The $skiptoken is not one of this vault.");
  const end = start + size;
  const query = new URLSearchParams(call.query);
  query.set("$skiptoken", String(end));
  return {
    status: 200,
    body: {
      value: all.slice(start, end).map(show),
      ...(end < all.length && { nextLink: `${call.origin}${call.path}?${query.toString()}` }),
    },
  };
}
