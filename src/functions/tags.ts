import * as z from "zod";
import type { Ports } from "../domain/ports.ts";
import { tagStatuses } from "../domain/tag.ts";
import { type Endpoint, endpoint } from "../http/endpoint.ts";
import { none, registryOnly, repositoryName } from "../http/names.ts";
import { listOf, nextLink, page, pageQuery } from "../http/paging.ts";
import {
  pinBody,
  pinExample,
  pinRequest,
  pinRequestExample,
  showPin,
  showTag,
  tagBody,
  tagExample,
  unpinRequest,
} from "../http/tag-body.ts";
import { listTags } from "../jobs/list-tags.ts";
import { pinTag, unpinTag } from "../jobs/pin-tag.ts";
import { knownLoginServer } from "./show-rules.ts";

/** The calls that tell how fresh tags are, and keep some of them as they are. */
export function tagEndpoints(ports: () => Ports): readonly Endpoint[] {
  return [list(ports), pin(ports), unpin(ports)];
}

function list(ports: () => Ports): Endpoint {
  return endpoint({
    name: "listTags",
    method: "GET",
    route: "registries/{registry}/tags",
    role: "Reader",
    summary: "List cached tags: how fresh each is and why, both digests, when checked and changed.",
    params: registryOnly,
    query: z.strictObject({
      repository: repositoryName.optional(),
      status: z.enum(tagStatuses).optional(),
      ...pageQuery,
    }),
    responses: {
      200: {
        description:
          "A page of tags, by repository and tag. With a status it may be short, or empty, and yet have a nextLink.",
        schema: listOf(tagBody).meta({ id: "TagList" }),
        example: { value: [tagExample] },
      },
    },
    async handle({ params: { registry }, query, url }) {
      const { repository, status } = query;
      const { tags, next } = await listTags(ports(), registry, {
        repository,
        status,
        ...page(query),
      });
      const loginServer = await knownLoginServer(ports(), registry);
      const value = tags.map((view) => showTag(view, loginServer));
      return { status: 200, body: { value, nextLink: nextLink(url, query, next) } };
    },
  });
}

function pin(ports: () => Ports): Endpoint {
  return endpoint({
    name: "pinTag",
    method: "POST",
    route: "registries/{registry}/tags/pin",
    role: "Operator",
    summary: "Keep a tag as it is, whatever upstream does; a pin before is replaced.",
    description:
      "It holds back Larder, not ACR, which may adopt a moved tag on somebody's pull. The tag need not be cached yet.",
    params: registryOnly,
    query: none,
    body: { schema: pinRequest, example: pinRequestExample },
    responses: { 200: { description: "Pinned.", schema: pinBody, example: pinExample } },
    async handle({ params: { registry }, body, caller }) {
      return { status: 200, body: showPin(await pinTag(ports(), registry, body, caller)) };
    },
  });
}

function unpin(ports: () => Ports): Endpoint {
  return endpoint({
    name: "unpinTag",
    method: "POST",
    route: "registries/{registry}/tags/unpin",
    role: "Operator",
    summary: "Let a pinned tag move again, from its next check on.",
    params: registryOnly,
    query: none,
    body: {
      schema: unpinRequest,
      example: { repository: pinRequestExample.repository, tag: pinRequestExample.tag },
    },
    responses: { 204: { description: "It is not pinned (any more)." } },
    async handle({ params: { registry }, body, caller }) {
      await unpinTag(ports(), registry, body, caller);
      return { status: 204 };
    },
  });
}
