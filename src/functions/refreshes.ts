import * as z from "zod";
import type { Ports } from "../domain/ports.ts";
import { tagStatuses } from "../domain/tag.ts";
import { requireRole } from "../http/caller.ts";
import { type Endpoint, endpoint } from "../http/endpoint.ts";
import { none, oneRefresh, registryOnly } from "../http/names.ts";
import {
  operationBody,
  operationHeaders,
  refreshOperationExample,
  showOperation,
} from "../http/operation-body.ts";
import { listOf, nextLink, page, pageQuery } from "../http/paging.ts";
import {
  refreshRequest,
  refreshRequestExample,
  resultBody,
  resultExample,
  showResult,
} from "../http/refresh-body.ts";
import { readRefreshResults } from "../jobs/read-refresh-results.ts";
import { startRefresh } from "../jobs/start-refresh.ts";

/** The calls that refresh on demand. */
export function refreshEndpoints(ports: () => Ports): readonly Endpoint[] {
  return [start(ports), listResults(ports)];
}

function start(ports: () => Ports): Endpoint {
  return endpoint({
    name: "startRefresh",
    method: "POST",
    route: "registries/{registry}/refreshes",
    role: "Requester",
    summary: "Refresh tags now, or (dryRun) find out what that would do.",
    description:
      "It heeds no window, and proves each tag. Without dryRun it needs the role Operator, for it may untag.",
    params: registryOnly,
    query: none,
    body: { schema: refreshRequest, example: refreshRequestExample },
    responses: {
      202: {
        description: "Recorded; a worker takes it up.",
        schema: operationBody,
        example: { ...refreshOperationExample, status: "NotStarted", ...notBegun },
        headers: ["Operation-Location", "Retry-After"],
      },
    },
    async handle({ params: { registry }, body, caller, base }) {
      if (!body.dryRun) requireRole(caller, "Operator");
      const { operation } = await startRefresh(ports(), registry, body, caller);
      const headers = operationHeaders(base, operation.id);
      return { status: 202, body: showOperation(operation), headers };
    },
  });
}

const notBegun = { percentComplete: undefined, progress: undefined };

function listResults(ports: () => Ports): Endpoint {
  return endpoint({
    name: "listRefreshResults",
    method: "GET",
    route: "registries/{registry}/refreshes/{id}/results",
    role: "Reader",
    summary: "List what a refresh found and did, with proof for each tag; it grows while it runs.",
    params: oneRefresh,
    query: z.strictObject({ status: z.enum(tagStatuses).optional(), ...pageQuery }),
    responses: {
      200: {
        description: "A page of results, by repository and tag.",
        schema: listOf(resultBody).meta({ id: "RefreshResultList" }),
        example: { value: [resultExample] },
      },
    },
    async handle({ params: { registry, id }, query, url }) {
      const filter = { status: query.status, ...page(query) };
      const { results, next } = await readRefreshResults(ports(), registry, id, filter);
      const value = results.map(showResult);
      return { status: 200, body: { value, nextLink: nextLink(url, query, next) } };
    },
  });
}
