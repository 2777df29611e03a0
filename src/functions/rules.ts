import * as z from "zod";
import { ruleStatuses } from "../domain/cache-rule.ts";
import type { Ports } from "../domain/ports.ts";
import { requireRole } from "../http/caller.ts";
import { type Endpoint, endpoint } from "../http/endpoint.ts";
import { none, oneRule, registryOnly } from "../http/names.ts";
import { filterText, listOf, nextLink, page, pageQuery } from "../http/paging.ts";
import { ruleBody, ruleExample, showRule } from "../http/rule-body.ts";
import { rulePatch } from "../http/rule-input.ts";
import { changeRule } from "../jobs/change-rule.ts";
import { deleteRule } from "../jobs/delete-rule.ts";
import { listRules } from "../jobs/list-rules.ts";
import { readRule } from "../jobs/read-rule.ts";
import { knownLoginServer, operationResult, ruleResult } from "./show-rules.ts";

const route = "registries/{registry}/rules/{name}";
const shown = { schema: ruleBody, example: ruleExample };

/** The calls on rules that exist. */
export function ruleEndpoints(ports: () => Ports): readonly Endpoint[] {
  return [list(ports), get(ports), patch(ports), remove(ports)];
}

function list(ports: () => Ports): Endpoint {
  return endpoint({
    name: "listRules",
    method: "GET",
    route: "registries/{registry}/rules",
    role: "Reader",
    summary: "List cache rules, with what ARM shows of them now.",
    params: registryOnly,
    query: z.strictObject({
      status: z.enum(ruleStatuses).optional(),
      owner: filterText,
      source: filterText.describe('A source, or a pattern such as "docker.io/*".'),
      ...pageQuery,
    }),
    responses: {
      200: {
        description: "A page of rules, by name.",
        schema: listOf(ruleBody).meta({ id: "RuleList" }),
        example: { value: [ruleExample] },
      },
    },
    async handle({ params: { registry }, query, url }) {
      const { status, owner, source } = query;
      const filter = { status, owner, source, ...page(query) };
      const { rules, next } = await listRules(ports(), registry, filter);
      const loginServer = await knownLoginServer(ports(), registry);
      const value = rules.map((view) => showRule(view, loginServer));
      return { status: 200, body: { value, nextLink: nextLink(url, query, next) } };
    },
  });
}

function get(ports: () => Ports): Endpoint {
  return endpoint({
    name: "getRule",
    method: "GET",
    route,
    role: "Reader",
    summary: "Read one cache rule, with what ARM shows of it now.",
    params: oneRule,
    query: none,
    responses: { 200: { description: "The rule.", ...shown, headers: ["ETag"] } },
    async handle({ params: { registry, name } }) {
      return ruleResult(ports(), 200, await readRule(ports(), registry, name));
    },
  });
}

function patch(ports: () => Ports): Endpoint {
  return endpoint({
    name: "patchRule",
    method: "PATCH",
    route,
    role: "Requester",
    summary: "Change a rule's credential set, refresh policy, owner, reason or expiry.",
    params: oneRule,
    query: none,
    body: { schema: rulePatch, example: { owner: "team-platform", expiresOn: null } },
    conditions: ["If-Match"],
    responses: {
      200: { description: "Changed.", ...shown, headers: ["ETag"] },
      202: {
        description: "Recorded; ARM is being changed.",
        schema: ruleBody,
        example: { ...ruleExample, status: "requested" },
        headers: ["ETag", "Operation-Location", "Retry-After"],
      },
    },
    async handle({ params: { registry, name }, body, caller, conditions: { ifMatch }, base }) {
      const outcome = await changeRule(ports(), registry, name, body, ifMatch, caller);
      const { stored } = outcome;
      return outcome.created
        ? operationResult(ports(), 202, stored, base)
        : ruleResult(ports(), 200, { rule: stored.value, etag: stored.etag });
    },
  });
}

function remove(ports: () => Ports): Endpoint {
  return endpoint({
    name: "deleteRule",
    method: "DELETE",
    route,
    role: "Requester",
    summary: "Delete a rule, and its cached repositories if asked.",
    description: "images=delete needs the role Operator.",
    params: oneRule,
    query: z.strictObject({
      images: z
        .enum(["keep", "delete"])
        .optional()
        .describe("What becomes of the repositories cached by the rule; keep when absent."),
    }),
    conditions: ["If-Match"],
    responses: {
      202: {
        description: "Recorded; it is being deleted.",
        schema: ruleBody,
        example: { ...ruleExample, status: "deleting" },
        headers: ["ETag", "Operation-Location", "Retry-After"],
      },
      204: { description: "There is no such rule." },
    },
    async handle({ params: { registry, name }, query, conditions: { ifMatch }, caller, base }) {
      const { images = "keep" } = query;
      if (images === "delete") requireRole(caller, "Operator");
      const found = await deleteRule(ports(), registry, name, images, ifMatch, caller);
      return found ? operationResult(ports(), 202, found, base) : { status: 204 };
    },
  });
}
