import { isReason } from "../domain/errors.ts";
import { isRepositoryPath, tagPattern } from "../domain/image.ts";
import type { Login, UpstreamAnswer } from "../domain/ports.ts";
import type { Client } from "./client.ts";
import { jsonOf } from "./exchange.ts";
import { statusOf, unavailable, unexpected } from "./failure.ts";
import { manifestTypes } from "./manifest.ts";
import type { Registry } from "./registry.ts";
import { TagList } from "./upstream-tags.ts";

/** `Upstreams.probe`; rejects where that does not. */
export async function probe(
  asking: Client,
  registry: Registry,
  repository: string,
  tag: string,
  login: Login | undefined,
): Promise<UpstreamAnswer> {
  if (!isRepositoryPath(repository)) {
    const message = `${registry.name} has no such repository: its name is not a valid one.`;
    return { kind: "unknownRepository", message };
  }
  if (!tagPattern.test(tag)) throw unavailable(`${registry.name} was not asked: not a valid tag.`);
  const reply = await asking.ask(registry, login, {
    method: "HEAD",
    repository,
    path: `manifests/${tag}`,
    accept: manifestTypes,
  });
  if (reply.status === 200) return { kind: "readable" };
  if (reply.status === 404) return withoutTag(asking, registry, repository, tag, login);
  throw unexpected(registry.name, reply, `HEAD ${repository}:${tag}`);
}

/** After a 404 for the tag: is there a repository? GET of the tag list costs no pull. */
async function withoutTag(
  asking: Client,
  registry: Registry,
  repository: string,
  tag: string,
  login: Login | undefined,
): Promise<UpstreamAnswer> {
  const { name } = registry;
  const request = { method: "GET", repository, path: "tags/list?n=1" } as const;
  const unsettled = (said: string) =>
    unavailable(
      `${name} answered 404 to ${repository}:${tag}; whether there is a repository could not be told: ${said}.`,
    );
  const reply = await asking
    .ask(registry, login, { ...request, accept: "application/json" })
    .catch((error: unknown) => {
      throw isReason(error, "forbidden") ? unsettled("its tags may not be listed") : error;
    });
  if (reply.status === 404) {
    const message = `${name} has no repository "${repository}": ${reply.host} answered ${statusOf(reply)}.`;
    return { kind: "unknownRepository", message };
  }
  if (reply.status !== 200) throw unsettled(`its tag list answered ${statusOf(reply)}`);
  if (TagList.safeParse(jsonOf(reply)).success) return { kind: "readable" };
  throw unsettled("its tag list could not be read");
}
