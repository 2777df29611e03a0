import { isRepositoryPath, tagPattern } from "../domain/image.ts";
import type { Login } from "../domain/ports.ts";
import type { UpstreamHead } from "../domain/upstream-answer.ts";
import type { Client } from "./client.ts";
import type { RepositoryRequest } from "./dance.ts";
import { statusOf, unavailable, unexpected } from "./failure.ts";
import type { Followed } from "./follow.ts";
import { bodyDigest, headerDigest, manifestTypes, maximumManifest } from "./manifest.ts";
import { rateReading } from "./rate-reading.ts";
import type { Registry } from "./registry.ts";

/** `Upstreams.head`; rejects where that does not. */
export async function head(
  asking: Client,
  registry: Registry,
  repository: string,
  tag: string,
  login: Login | undefined,
): Promise<UpstreamHead> {
  const { name } = registry;
  if (!isRepositoryPath(repository)) {
    throw unavailable(`${name} was not asked: not a valid name of a repository.`);
  }
  if (!tagPattern.test(tag)) throw unavailable(`${name} was not asked: not a valid tag.`);
  const request: RepositoryRequest = {
    method: "HEAD",
    repository,
    path: `manifests/${tag}`,
    accept: manifestTypes,
  };
  const reply = await asking.ask(registry, login, request);
  const digest = reply.status === 200 ? headerDigest(reply) : undefined;
  if (digest !== undefined) return { kind: "found", digest, rate: rateReading(reply.headers) };
  if (reply.status === 404) return absent(registry, reply, repository, tag);
  // 405: HEAD is refused as a method (old Nexus, registry 2.2; facts/docker-hub.md section 3).
  if (reply.status !== 200 && reply.status !== 405) {
    throw unexpected(name, reply, `HEAD ${repository}:${tag}`);
  }
  return fetched(asking, registry, { ...request, method: "GET" }, tag, login);
}

/** The digest by GET, which costs a pull. */
async function fetched(
  asking: Client,
  registry: Registry,
  request: RepositoryRequest,
  tag: string,
  login: Login | undefined,
): Promise<UpstreamHead> {
  const { repository } = request;
  const reply = await asking.ask(registry, login, { ...request, maximumBody: maximumManifest });
  if (reply.status === 404) return absent(registry, reply, repository, tag);
  if (reply.status !== 200) {
    throw unexpected(registry.name, reply, `GET ${repository}:${tag}`);
  }
  const found = bodyDigest(reply);
  if ("fault" in found) throw unavailable(`${reply.host} ${found.fault}: ${repository}:${tag}.`);
  return { kind: "found", digest: found.digest, rate: rateReading(reply.headers) };
}

function absent(
  { name }: Registry,
  reply: Followed,
  repository: string,
  tag: string,
): UpstreamHead {
  const said = `${reply.host} answered ${statusOf(reply)}`;
  return { kind: "absent", message: `${name} does not have ${repository}:${tag}: ${said}.` };
}
