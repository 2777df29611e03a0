import * as z from "zod";
import { isRepositoryPath, tagPattern } from "../domain/image.ts";
import type { Login } from "../domain/ports.ts";
import type { UpstreamTags } from "../domain/upstream-answer.ts";
import type { Client } from "./client.ts";
import { jsonOf } from "./exchange.ts";
import { statusOf, unavailable, unexpected } from "./failure.ts";
import { nextQuery } from "./next-page.ts";
import type { Registry } from "./registry.ts";

export const TagList = z.object({ tags: z.array(z.string()).nullish() });

/** The most public.ecr.aws takes (facts/docker-hub.md section 3). */
const pageSize = 1000;
/** Some hosts answer all tags at once, whatever page is asked for. */
const maximumList = 1_048_576;

/**
 * `Upstreams.tags`; rejects where that does not. A cursor is the query of the next page, as the
 * upstream's Link names it: Quay's pages have names of their own. A tag serves as well.
 */
export async function tags(
  asking: Client,
  registry: Registry,
  repository: string,
  after: string | undefined,
  login: Login | undefined,
): Promise<UpstreamTags> {
  const { name } = registry;
  if (!isRepositoryPath(repository)) {
    throw unavailable(`${name} was not asked: not a valid name of a repository.`);
  }
  const query = queryOf(after);
  const reply = await asking.ask(registry, login, {
    method: "GET",
    repository,
    path: `tags/list?${query.toString()}`,
    accept: "application/json",
    maximumBody: maximumList,
  });
  if (reply.status === 404) {
    const message = `${name} has no tags of ${repository}: ${reply.host} answered ${statusOf(reply)}.`;
    return { kind: "absent", message };
  }
  if (reply.status !== 200) throw unexpected(name, reply, `GET the tags of ${repository}`);
  const list = TagList.safeParse(jsonOf(reply)).data;
  if (!list) throw unavailable(`The tag list of ${name}/${repository} could not be read.`);
  const listed = list.tags ?? [];
  const next = nextQuery(registry, reply) ?? unannounced(listed, query);
  if (next !== undefined && next === after) {
    throw unavailable(`The pages of ${name}/${repository}'s tags do not come to an end.`);
  }
  return {
    kind: "listed",
    tags: listed.filter((tag) => tagPattern.test(tag)),
    ...(next !== undefined && { next }),
  };
}

function queryOf(after: string | undefined): URLSearchParams {
  const cursor = after === undefined || after.includes("=") ? after : { last: after };
  const query = new URLSearchParams(cursor);
  if (!query.has("n")) query.set("n", String(pageSize));
  return query;
}

/** A full page without a Link may not be the last one. A host that does not know `last` repeats itself. */
function unannounced(listed: readonly string[], query: URLSearchParams): string | undefined {
  const last = listed.at(-1);
  if (last === undefined || listed.length !== pageSize || last === query.get("last")) return;
  return new URLSearchParams({ last, n: String(pageSize) }).toString();
}
