import { type Answer, type Call, refuse } from "../service.ts";
import type { Collection, Order, Timed } from "./collection.ts";
import { badPage } from "./errors.ts";
import type { Plane } from "./plane.ts";

export interface Listed<T> {
  readonly items: readonly (readonly [string, T])[];
  /** `Link` to the next page, relative as ACR sends it; nothing at the end. */
  readonly headers: NonNullable<Answer["headers"]>;
}

function orderOf(call: Call): Order {
  const wanted = call.query.get("orderby");
  return wanted === "timeasc" || wanted === "timedesc" ? wanted : "name";
}

/** One page by `n`, `last` and `orderby` of the query. Under the switch "partial" half of it, and no Link. */
export function pageOf<T extends Timed>(
  { registry }: Plane,
  call: Call,
  things: Collection<T>,
  where: (item: T) => boolean,
): Listed<T> {
  const { pageSize, maximumPageSize, listing } = registry.switches();
  const n = call.query.get("n");
  const wanted = n === null ? pageSize : Number(n);
  if (!Number.isInteger(wanted) || wanted < 1) refuse(badPage(n ?? ""));
  const limit = Math.min(wanted, maximumPageSize);
  const after = call.query.get("last") || undefined;
  const page = things.page({ after, limit, order: orderOf(call), where });
  if (listing === "partial")
    return { items: page.items.slice(0, Math.floor(page.items.length / 2)), headers: {} };
  const last = page.items.at(-1)?.[0];
  if (!page.more || last === undefined) return { items: page.items, headers: {} };
  const query = new URLSearchParams(call.query);
  query.set("last", last);
  query.set("n", String(limit));
  return { items: page.items, headers: { Link: `<${call.path}?${query.toString()}>; rel="next"` } };
}
