import * as z from "zod";
import { isReason, LarderError } from "../domain/errors.ts";
import { isRepositoryPath, tagPattern } from "../domain/image.ts";
import type { Login, UpstreamAnswer, Upstreams } from "../domain/ports.ts";
import { type Client, client } from "./client.ts";
import { statusOf, unavailable, unexpected } from "./failure.ts";
import { type Registry, registryOf } from "./registry.ts";
import { parseJson } from "./token-request.ts";
import { type WireSettings, wire } from "./wire.ts";

/**
 * Everything a tag can be, indexes first. With fewer, a registry answers another digest (keel#717)
 * or, GHCR, that the manifest is unknown (niks3#229).
 */
const manifestTypes = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

const TagList = z.object({ tags: z.array(z.string()).nullish() });

/** Asks upstream registries over https, with one pool of connections and one store of tokens. */
export function upstreamRegistries(settings: WireSettings): Upstreams {
  const asking = client(wire(settings), () => performance.now());
  return {
    async probe(upstream, repository, tag, login) {
      try {
        const answer = probe(asking, registryOf(upstream), repository, tag, login);
        return await within(2 * settings.timeoutSeconds, answer, upstream);
      } catch (error) {
        return answerOf(error, upstream);
      }
    },
  };
}

/** A probe is up to five exchanges, each with a time of its own; all of them together have this one. */
async function within<T>(seconds: number, work: Promise<T>, upstream: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    const fail = () => reject(unavailable(`${upstream} took longer than ${seconds} s in all.`));
    timer = setTimeout(fail, seconds * 1000);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function probe(
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
  if (TagList.safeParse(parseJson(reply.body)).success) return { kind: "readable" };
  throw unsettled("its tag list could not be read");
}

function answerOf(error: unknown, upstream: string): UpstreamAnswer {
  if (!(error instanceof LarderError)) {
    const name = error instanceof Error ? error.name : "unknown error";
    return { kind: "couldNotAsk", message: `${upstream} could not be asked: ${name} in Larder.` };
  }
  const { message } = error.problem;
  if (error.reason === "forbidden") return { kind: "denied", message };
  if (error.reason === "refused") return { kind: "badLogin", message };
  const { retryAfterSeconds } = error;
  return {
    kind: "couldNotAsk",
    message,
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  };
}
