import { shownHost, unavailable } from "./failure.ts";
import type { Followed } from "./follow.ts";
import type { Registry } from "./registry.ts";

const links = /<([^<>]*)>([^<]*)/g;
const relation = /;\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,"]+))/i;

/**
 * The query of the page that an answer's Link header (RFC 8288) says is next; undefined without one.
 * `unavailable` when that is not on the same host at the same path: Larder goes nowhere else with a
 * token (facts/docker-hub.md section 4).
 */
export function nextQuery({ name }: Registry, reply: Followed): string | undefined {
  const { link } = reply.headers;
  const header = typeof link === "string" ? link : (link?.join(", ") ?? "");
  for (const [, target = "", parameters = ""] of header.matchAll(links)) {
    const [, quoted, bare] = relation.exec(parameters) ?? [];
    if (!(quoted ?? bare ?? "").toLowerCase().split(/\s+/).includes("next")) continue;
    const here = new URL(`https://${reply.host}${reply.path}`);
    const there = URL.parse(target, here.href);
    if (!there) throw unavailable(`${name} names no readable address for its next page.`);
    if (there.origin !== here.origin || there.pathname !== here.pathname) {
      throw unavailable(`${name} has its next page elsewhere, at ${shownHost(there)}.`);
    }
    return there.searchParams.toString();
  }
  return undefined;
}
