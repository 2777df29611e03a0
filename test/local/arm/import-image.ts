import { z } from "zod";
import { eventOf } from "../acr/events.ts";
import { mediaTypeOf } from "../acr/headers.ts";
import {
  acceptAll,
  blobsOf,
  digestOf,
  isDigest,
  type ManifestDocument,
  readManifest,
} from "../acr/manifest.ts";
import type { AcrRegistry } from "../acr/registry.ts";
import type { Answer } from "../service.ts";
import { type ArmContext, type ArmRequest, resultPath } from "./context.ts";
import { fail } from "./failure.ts";
import { pollingQuery } from "./operations.ts";
import { bodyOf } from "./request.ts";
import { sim } from "./sim-codes.ts";

const body = z.object({
  source: z.object({
    registryUri: z.string().optional(),
    resourceId: z.string().optional(),
    sourceImage: z.string(),
    credentials: z.object({ username: z.string().optional(), password: z.string() }).optional(),
  }),
  targetTags: z.array(z.string()).default([]),
  untaggedTargetRepositories: z.array(z.string()).default([]),
  mode: z.enum(["NoForce", "Force"]).default("NoForce"),
});

type Parameters = z.infer<typeof body>;

/** Gets a path below the source repository, or undefined when that is not to be had. */
type Fetch = (path: string) => Promise<{ bytes: Buffer; mediaType: string } | undefined>;

/** "An image may have 50 manifests" (DOCS/import-images). */
const maximumManifests = 50;

const nameAndTag = (target: string) => {
  const cut = target.lastIndexOf(":");
  return cut < 0
    ? { repository: target, tag: "latest" }
    : { repository: target.slice(0, cut), tag: target.slice(cut + 1) };
};

/** POST …/importImage: 202 and a location; copies every platform. Refused for repositories under a rule (acr#845). */
export function importImage(context: ArmContext, request: ArmRequest): Answer {
  const { call, registry, apiVersion } = request;
  const read = body.safeParse(bodyOf(call));
  if (!read.success || !(read.data.source.registryUri || read.data.source.resourceId))
    return fail(400, sim.invalidImport, "source with registryUri or resourceId is required.");
  checkTargets(registry, read.data);
  const { operationMs, operationPolls } = registry.switches();
  const operation = {
    verb: "Importing" as const,
    dueAt: context.clock.now() + operationMs,
    pollsLeft: operationPolls,
    done: false,
  };
  const id = context.operations.start("registries", operation);
  void work(context, registry, read.data).then((problem) => {
    const error = problem && { code: sim.importSourceFailed, message: problem };
    Object.assign(operation, { done: true, ...(error && { error }) });
  });
  const query = pollingQuery(apiVersion, context.clock.now());
  return { status: 202, headers: { location: `${call.origin}${resultPath(context, id)}${query}` } };
}

function checkTargets(registry: AcrRegistry, { targetTags, ...rest }: Parameters): void {
  const tagged = targetTags.map(nameAndTag);
  const repositories = [
    ...tagged.map(({ repository }) => repository),
    ...rest.untaggedTargetRepositories,
  ];
  if (repositories.length === 0) fail(400, sim.invalidImport, "A target is required.");
  for (const repository of repositories)
    if (registry.ruleFor(repository) && !registry.switches().writableCacheRepos)
      fail(400, sim.importRefused, `The repository '${repository}' is under a cache rule.`);
  if (rest.mode === "Force") return;
  for (const { repository, tag } of tagged)
    if (registry.storage.repositories.get(repository)?.tags.get(tag))
      fail(409, sim.importTagExists, `The tag '${repository}:${tag}' already exists.`);
}

/** Copies the image; what went wrong as a sentence, or undefined. */
async function work(
  context: ArmContext,
  registry: AcrRegistry,
  wanted: Parameters,
): Promise<string | undefined> {
  const { sourceImage } = wanted.source;
  const [image = "", digest] = sourceImage.split("@");
  const { repository, tag } = nameAndTag(image);
  const fetch = fetcher(context, wanted, repository);
  const top = await fetch(`manifests/${digest ?? tag}`);
  const document = top && readManifest(top.bytes);
  if (!top || !document) return `The source image '${sourceImage}' could not be read.`;
  const children = document.manifests ?? [];
  if (children.length >= maximumManifests) return `More than ${maximumManifests} manifests.`;
  const images = await Promise.all(children.map((child) => fetch(`manifests/${child.digest}`)));
  const whole = [...images, top];
  const blobs = new Map<string, Buffer>();
  for (const one of whole) {
    const missing = one ? await addBlobs(fetch, blobs, readManifest(one.bytes)) : "a manifest";
    if (missing) return `${missing} of '${sourceImage}' could not be read.`;
  }
  for (const target of wanted.targetTags.map(nameAndTag))
    store(context, registry, target, whole, blobs);
  for (const name of wanted.untaggedTargetRepositories)
    store(context, registry, { repository: name }, whole, blobs);
  return undefined;
}

async function addBlobs(
  fetch: Fetch,
  blobs: Map<string, Buffer>,
  manifest: ManifestDocument | undefined,
): Promise<string | undefined> {
  if (!manifest) return "a manifest";
  for (const { digest } of blobsOf(manifest)) {
    if (blobs.has(digest)) continue;
    const got = await fetch(`blobs/${digest}`);
    if (!got) return `blob ${digest}`;
    blobs.set(digest, got.bytes);
  }
  return undefined;
}

/** Children first, so that the index never points to nothing; one push event for the top. */
function store(
  { clock }: ArmContext,
  registry: AcrRegistry,
  { repository, tag }: { readonly repository: string; readonly tag?: string },
  manifests: readonly ({ bytes: Buffer; mediaType: string } | undefined)[],
  blobs: ReadonlyMap<string, Buffer>,
): void {
  for (const [digest, bytes] of blobs) registry.storage.putBlob(repository, digest, bytes);
  const top = manifests.at(-1);
  for (const one of manifests)
    if (one) registry.storage.put(repository, { ...one, tag: one === top ? tag : undefined });
  if (!top) return;
  const digest = digestOf(top.bytes);
  const image = { repository, digest, mediaType: top.mediaType, size: top.bytes.length, tag };
  const happening = { action: "push" as const, host: registry.loginServer(), ...image };
  registry.onEvent(eventOf(happening, clock.now()));
}

const hubNames = ["registry.hub.docker.com", "registry-1.docker.io", "index.docker.io"];

function fetcher({ registries, upstream }: ArmContext, wanted: Parameters, name: string): Fetch {
  const { registryUri = "", resourceId, credentials } = wanted.source;
  if (resourceId !== undefined) {
    const held = registries
      .get(resourceId.split("/").at(-1)?.toLowerCase() ?? "")
      ?.storage.repositories.get(name);
    return (path) => Promise.resolve(held && local(held, path));
  }
  const host = hubNames.includes(registryUri) ? "docker.io" : registryUri;
  const repository = host === "docker.io" && !name.includes("/") ? `library/${name}` : name;
  const login = credentials && {
    username: credentials.username ?? "",
    password: credentials.password,
  };
  return async (path) => {
    const got = await upstream
      .pull(host, "GET", `${repository}/${path}`, acceptAll, login)
      .catch(() => undefined);
    return got?.status === 200 ? { bytes: got.body, mediaType: mediaTypeOf(got) } : undefined;
  };
}

function local(
  held: NonNullable<ReturnType<AcrRegistry["storage"]["repositories"]["get"]>>,
  path: string,
) {
  const [kind, reference = ""] = path.split("/");
  if (kind === "blobs") {
    const bytes = held.blobs.get(reference);
    return bytes && { bytes, mediaType: "application/octet-stream" };
  }
  const digest = isDigest(reference) ? reference : held.tags.get(reference)?.digest;
  return digest === undefined ? undefined : held.manifests.get(digest);
}
