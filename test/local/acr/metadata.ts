import { z } from "zod";
import { type Answer, type Call, refuse } from "../service.ts";
import type { Timed } from "./collection.ts";
import { badBody, manifestUnknown, tagUnknown } from "./errors.ts";
import { pageOf } from "./paging.ts";
import { type Plane, requireRepository, type Target } from "./plane.ts";
import type { Attributes } from "./storage.ts";
import { manifestView, repositoryView, tagView, visible } from "./views.ts";

const attributeChange = z
  .object({
    deleteEnabled: z.boolean(),
    writeEnabled: z.boolean(),
    listEnabled: z.boolean(),
    readEnabled: z.boolean(),
  })
  .partial();

/** The thing with the attributes of a PATCH body; its time of last change stays. */
function changed<T extends Timed & { readonly attributes: Attributes }>(thing: T, call: Call): T {
  const read = attributeChange.safeParse(jsonOf(call));
  if (!read.success) return refuse(badBody());
  const wanted = Object.entries(read.data).filter(([, value]) => value !== undefined);
  return { ...thing, attributes: { ...thing.attributes, ...Object.fromEntries(wanted) } };
}

function jsonOf(call: Call): unknown {
  try {
    return JSON.parse(call.body.toString("utf8"));
  } catch {
    return undefined;
  }
}

/** GET /acr/v1/_catalog and /v2/_catalog. */
export function catalog(plane: Plane, call: Call): Answer {
  const { repositories } = plane.registry.storage;
  const { items, headers } = pageOf(
    plane,
    call,
    repositories,
    (one) => one.manifests.size > 0 && visible(one),
  );
  return { status: 200, headers, body: { repositories: items.map(([name]) => name) } };
}

/** GET and PATCH /acr/v1/{r}. */
export function repositoryAttributes(plane: Plane, call: Call, name: string): Answer {
  const held = requireRepository(plane, name);
  const now = call.method === "PATCH" ? changed(held, call) : held;
  if (now !== held) plane.registry.storage.repositories.set(name, now);
  return { status: 200, body: repositoryView(plane, name, now) };
}

/** GET /acr/v1/{r}/_tags. */
export function tags(plane: Plane, call: Call, name: string): Answer {
  const held = requireRepository(plane, name);
  const digest = call.query.get("digest") || undefined;
  const { items, headers } = pageOf(
    plane,
    call,
    held.tags,
    (tag) => visible(tag) && (digest === undefined || tag.digest === digest),
  );
  const shown = items.map(([tag, one]) => tagView(tag, one));
  const body = { registry: plane.registry.loginServer(), imageName: name, tags: shown };
  return { status: 200, headers, body };
}

/**
 * GET /v2/{r}/tags/list: local tags only, also under a rule (acr#839). A repository that a rule would
 * serve and nothing of which is stored yet has an empty list (invented: no source tells whether it is
 * 404 there; with 404, `skopeo inspect` would fail on a first pull, as it always asks).
 */
export function tagsList(plane: Plane, call: Call, name: string): Answer {
  if (!plane.registry.storage.repositories.get(name) && plane.registry.ruleFor(name))
    return { status: 200, body: { name, tags: [] } };
  const held = requireRepository(plane, name);
  const { items, headers } = pageOf(plane, call, held.tags, visible);
  return { status: 200, headers, body: { name, tags: items.map(([tag]) => tag) } };
}

/** GET and PATCH /acr/v1/{r}/_tags/{t}. */
export function tagAttributes(plane: Plane, { call, repository, reference }: Target): Answer {
  const { tags: held } = requireRepository(plane, repository);
  const tag = held.get(reference) ?? refuse(tagUnknown(repository, reference));
  const now = call.method === "PATCH" ? changed(tag, call) : tag;
  if (now !== tag) held.set(reference, now);
  const registry = plane.registry.loginServer();
  return { status: 200, body: { registry, imageName: repository, tag: tagView(reference, now) } };
}

/** GET /acr/v1/{r}/_manifests. */
export function manifests(plane: Plane, call: Call, name: string): Answer {
  const held = requireRepository(plane, name);
  const { items, headers } = pageOf(plane, call, held.manifests, visible);
  const shown = items.map(([digest, one]) => manifestView(held, digest, one));
  const body = { registry: plane.registry.loginServer(), imageName: name, manifests: shown };
  return { status: 200, headers, body };
}

/** GET and PATCH /acr/v1/{r}/_manifests/{digest}. */
export function manifestAttributes(plane: Plane, { call, repository, reference }: Target): Answer {
  const held = requireRepository(plane, repository);
  const one = held.manifests.get(reference) ?? refuse(manifestUnknown(repository, reference));
  const now = call.method === "PATCH" ? changed(one, call) : one;
  if (now !== one) held.manifests.set(reference, now);
  const registry = plane.registry.loginServer();
  const manifest = manifestView(held, reference, now);
  return { status: 200, body: { registry, imageName: repository, manifest } };
}
