import type { Answer, Call } from "../service.ts";
import type { Dialect } from "./dialect.ts";
import { refuseWith } from "./errors.ts";

/** A page of a tags list with the host's own kind of Link to the next one; tags are in lexical order. */
export function tagPage(
  call: Call,
  dialect: Dialect,
  name: string,
  tags: readonly string[],
): Answer {
  const asked = call.query.get("n");
  const size = asked === null ? (dialect.pageSize ?? tags.length) : Number(asked);
  if (!Number.isInteger(size) || size < 0)
    refuseWith(400, "PAGINATION_NUMBER_INVALID", "invalid number of results requested", {
      n: asked,
    });
  if (dialect.largestPage !== undefined && size > dialect.largestPage)
    refuseWith(405, "UNSUPPORTED", "Invalid parameter at 'maxResults'");
  const after = lastOf(call, dialect);
  const left = after === undefined ? tags : tags.filter((tag) => tag > after);
  const page = left.slice(0, size);
  const last = page.at(-1);
  const more = last !== undefined && page.length < left.length;
  const next = dialect.opaquePages
    ? `next_page=${Buffer.from(last ?? "").toString("base64url")}`
    : `last=${encodeURIComponent(last ?? "")}`;
  return {
    status: 200,
    headers: more ? { Link: `</v2/${name}/tags/list?${next}&n=${size}>; rel="next"` } : {},
    body: { name, tags: page },
  };
}

function lastOf(call: Call, dialect: Dialect): string | undefined {
  const token = dialect.opaquePages && call.query.get("next_page");
  return token ? Buffer.from(token, "base64url").toString() : (call.query.get("last") ?? undefined);
}
