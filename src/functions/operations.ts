import * as z from "zod";
import type { Ports } from "../domain/ports.ts";
import { type Endpoint, endpoint } from "../http/endpoint.ts";
import { none, operationId, registryOnly, ruleName } from "../http/names.ts";
import {
  historyEntry,
  historyExample,
  operationBody,
  operationExample,
  pollHeaders,
  showHistory,
  showOperation,
} from "../http/operation-body.ts";
import { listOf, nextLink, page, pageQuery } from "../http/paging.ts";
import { readHistory } from "../jobs/read-history.ts";
import { readOperation } from "../jobs/read-operation.ts";

/** The calls that tell what is going on and what went on. */
export function operationEndpoints(ports: () => Ports): readonly Endpoint[] {
  return [getOperation(ports), listHistory(ports)];
}

function getOperation(ports: () => Ports): Endpoint {
  return endpoint({
    name: "getOperation",
    method: "GET",
    route: "operations/{id}",
    role: "Reader",
    summary: "Read the progress of a long-running request.",
    params: z.strictObject({ id: operationId }),
    query: none,
    responses: {
      200: {
        description: "The operation; with Retry-After while it is not final.",
        schema: operationBody,
        example: operationExample,
        headers: ["Retry-After"],
      },
    },
    async handle({ params: { id } }) {
      const found = await readOperation(ports(), id);
      return { status: 200, body: showOperation(found), headers: pollHeaders(found) };
    },
  });
}

function listHistory(ports: () => Ports): Endpoint {
  return endpoint({
    name: "listHistory",
    method: "GET",
    route: "registries/{registry}/history",
    role: "Reader",
    summary: "List who did what, newest first.",
    params: registryOnly,
    query: z.strictObject({
      resource: ruleName.optional().describe("Name of a rule or credential set."),
      ...pageQuery,
    }),
    responses: {
      200: {
        description: "A page of events.",
        schema: listOf(historyEntry).meta({ id: "HistoryList" }),
        example: { value: [historyExample] },
      },
    },
    async handle({ params: { registry }, query, url }) {
      const filter = { resource: query.resource, ...page(query) };
      const { entries, next } = await readHistory(ports(), registry, filter);
      const value = entries.map(showHistory);
      return { status: 200, body: { value, nextLink: nextLink(url, query, next) } };
    },
  });
}
