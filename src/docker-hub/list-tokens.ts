import * as z from "zod";
import type { AccessToken, AccessTokens, HubSession } from "../domain/rotation-ports.ts";
import type { Timestamp } from "../domain/time.ts";
import { failureOf, readBody, unreadable } from "./answer.ts";
import { hubHost, unavailable } from "./failure.ts";
import { ListedToken } from "./token-fields.ts";
import type { Send } from "./wire.ts";

const Page = z.object({
  count: z.int().nonnegative(),
  next: z.string().nullish(),
  results: z.array(ListedToken),
});

const what = "the list of access tokens";

/**
 * All pages, by number: `next` says only whether there is one, so that it can lead nowhere else. Each page must
 * bring something new, and `count` must stay what it is: when tokens come or go meanwhile, pages shift
 * and one may be left out. `unavailable` then, as for any page that cannot be read.
 */
export function listTokens(send: Send, now: () => Timestamp): AccessTokens["list"] {
  return async (session) => {
    const found = new Map<string, AccessToken>();
    let count: number | undefined;
    for (let page = 1; ; page += 1) {
      const before = found.size;
      const read = await readPage(send, now, session, page);
      for (const token of read.results) found.set(token.uuid, token);
      count ??= read.count;
      if (read.count !== count) throw changed();
      const last = found.size >= count || found.size === before || read.next === null;
      if (last) break;
    }
    if (found.size < count) throw changed();
    return [...found.values()];
  };
}

async function readPage(send: Send, now: () => Timestamp, session: HubSession, page: number) {
  const path = `/v2/access-tokens?page=${page}&page_size=100`;
  const reply = await send({ method: "GET", path, bearer: session.bearer });
  if (reply.status !== 200) throw failureOf(what, reply, now());
  const read = readBody(Page, reply);
  if (!read) throw unreadable(what);
  return read;
}

function changed() {
  return unavailable(
    `${hubHost} listed fewer access tokens than it counts: the list is not whole.`,
  );
}
