import type { UpstreamSide } from "../local/doors.ts";
import type { RequestLog } from "../local/request-log.ts";
import type { Answer, Call, Service } from "../local/service.ts";
import { registryError } from "../local/upstream/errors.ts";
import { callTo } from "../local/upstream/in-process.ts";
import { type Content, type Image, image, sharedBlobs } from "./hub-images.ts";
import { hubTokens } from "./hub-tokens.ts";
import type { Workload } from "./workload.ts";

/** Docker Hub's registry and token service, as little of it as a bench needs, and quick: it must not be what is measured. */
export interface Hub extends UpstreamSide {
  /** What every tag was before it moved, where it did. */
  readonly before: readonly { readonly repository: string; readonly tag: string; image: Image }[];
  /** The digest a tag has now. */
  digest(repository: string, tag: string): string | undefined;
  /** Config and layer blobs of a repository. */
  blobs(repository: string): readonly Content[];
}

interface Shelf {
  readonly contents: Map<string, Content>;
  readonly tags: Map<string, Content>;
  readonly blobs: Map<string, Content>;
}

const registryHost = "registry-1.docker.io";
const route = /^\/v2\/(.+)\/(manifests|blobs|tags)\/([^/]+)$/;
const version = { "Docker-Distribution-Api-Version": "registry/2.0" };
const notFound = registryError(404, "MANIFEST_UNKNOWN", "manifest unknown");

/** Holds the workload with its stale tags moved. Only `login` is known to it; its plan has no limits. */
export function hub(
  { repositories }: Workload,
  login: { readonly username: string; readonly password: string },
  log: RequestLog,
): Hub {
  const shelves = new Map<string, Shelf>();
  const before: { repository: string; tag: string; image: Image }[] = [];
  for (const { name, tags, stale } of repositories) {
    const parts = sharedBlobs(name);
    const blobs = parts.flatMap(({ config, layer }) => [config, layer]);
    const shelf: Shelf = {
      contents: new Map(),
      tags: new Map(),
      blobs: new Map(blobs.map((one) => [one.digest, one])),
    };
    const put = (tag: string, made: Image) => {
      for (const one of [made.index, ...made.children]) shelf.contents.set(one.digest, one);
      shelf.tags.set(tag, made.index);
    };
    for (const tag of tags) {
      const first = image(parts, `${name}:${tag}`);
      before.push({ repository: name, tag, image: first });
      put(tag, stale.has(tag) ? image(parts, `${name}:${tag} moved`) : first);
    }
    shelves.set(name, shelf);
  }
  const service = hubService(shelves, login);
  return {
    service,
    before,
    digest: (repository, tag) => shelves.get(repository)?.tags.get(tag)?.digest,
    blobs: (repository) => [...(shelves.get(repository)?.blobs.values() ?? [])],
    async pull(_upstream, method, path, accept) {
      const call = callTo(method, new URL(`https://${registryHost}/v2/${path}`), { accept });
      const answer = served(shelves, call);
      log.add({
        service: service.name,
        host: call.host,
        endpoint: service.endpoint(call),
        call,
        answer,
      });
      return { ...answer, body: Buffer.isBuffer(answer.body) ? answer.body : Buffer.alloc(0) };
    },
    accepts: () => Promise.resolve("yes"),
    push: () => {
      throw new Error("a bench's upstream does not change");
    },
    state: () => ({}),
  };
}

function hubService(
  shelves: ReadonlyMap<string, Shelf>,
  login: { readonly username: string; readonly password: string },
): Service {
  const tokens = hubTokens(login);
  return {
    name: "upstream",
    endpoint({ method, path }) {
      const [, , kind] = route.exec(path) ?? [];
      if (kind === "tags") return `${method} /v2/{repository}/tags/list`;
      if (kind === undefined) return `${method} ${path}`;
      return `${method} /v2/{repository}/${kind}/{${kind === "manifests" ? "reference" : "digest"}}`;
    },
    answer(call) {
      if (call.path === "/token") return tokens.grant(call);
      const repository = route.exec(call.path)?.[1];
      const who = tokens.read(call, repository);
      if (!who) return tokens.challenge(call, repository);
      const answer = repository
        ? served(shelves, call)
        : { status: 200, headers: version, body: {} };
      // An anonymous address has 100 pulls; that it never runs out here matters to nobody.
      const limits = { "ratelimit-limit": "100;w=21600", "ratelimit-remaining": "100;w=21600" };
      const anonymous = who === "anonymous" ? limits : {};
      const source = { "docker-ratelimit-source": who === "anonymous" ? "127.0.0.1" : who };
      return { ...answer, headers: { ...answer.headers, ...source, ...anonymous } };
    },
  };
}

function served(shelves: ReadonlyMap<string, Shelf>, { path, query }: Call): Answer {
  const [, repository = "", kind, reference = ""] = route.exec(path) ?? [];
  const shelf = shelves.get(repository);
  if (!shelf) return notFound;
  if (kind === "tags") return tagList(repository, [...shelf.tags.keys()], query);
  const from = kind === "blobs" ? shelf.blobs : shelf.contents;
  const found = reference.includes(":") ? from.get(reference) : shelf.tags.get(reference);
  if (!found) return notFound;
  const headers = {
    "Content-Type": found.mediaType,
    "Docker-Content-Digest": found.digest,
    ETag: `"${found.digest}"`,
    ...version,
  };
  return { status: 200, headers, body: found.bytes };
}

function tagList(name: string, all: readonly string[], query: URLSearchParams): Answer {
  const after = query.get("last");
  const left = all.toSorted().filter((tag) => after === null || tag > after);
  const tags = left.slice(0, Number(query.get("n") ?? left.length));
  const link = `</v2/${name}/tags/list?last=${tags.at(-1)}&n=${tags.length}>; rel="next"`;
  return {
    status: 200,
    headers: tags.length < left.length ? { Link: link } : {},
    body: { name, tags },
  };
}
