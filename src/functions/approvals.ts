import * as z from "zod";
import type { Ports } from "../domain/ports.ts";
import { type Endpoint, endpoint } from "../http/endpoint.ts";
import { none, oneRule } from "../http/names.ts";
import { ruleBody, ruleExample } from "../http/rule-body.ts";
import { line } from "../http/text.ts";
import { approveRule, rejectRule } from "../jobs/approve-rule.ts";
import { operationResult, ruleResult } from "./show-rules.ts";

/** The calls of the second pair of eyes. */
export function approvalEndpoints(ports: () => Ports): readonly Endpoint[] {
  return [approve(ports), reject(ports)];
}

function approve(ports: () => Ports): Endpoint {
  return endpoint({
    name: "approveRule",
    method: "POST",
    route: "registries/{registry}/rules/{name}/approve",
    role: "Approver",
    summary: "Let a waiting rule go on.",
    description: "It is decided again on today's facts. A repeat is harmless.",
    params: oneRule,
    query: none,
    body: { schema: none, example: {}, optional: true },
    conditions: ["If-Match"],
    responses: {
      200: {
        description: "It was approved before, and is made.",
        schema: ruleBody,
        example: ruleExample,
        headers: ["ETag"],
      },
      202: {
        description: "Approved; the rule is being made.",
        schema: ruleBody,
        example: { ...ruleExample, status: "requested" },
        headers: ["ETag", "Operation-Location", "Retry-After"],
      },
    },
    async handle({ params: { registry, name }, conditions: { ifMatch }, caller, base }) {
      const stored = await approveRule(ports(), registry, name, ifMatch, caller);
      return operationResult(ports(), stored.value.status === "active" ? 200 : 202, stored, base);
    },
  });
}

function reject(ports: () => Ports): Endpoint {
  return endpoint({
    name: "rejectRule",
    method: "POST",
    route: "registries/{registry}/rules/{name}/reject",
    role: "Approver",
    summary: "Turn a waiting rule down.",
    params: oneRule,
    query: none,
    body: {
      schema: z.strictObject({ reason: line(1000).optional() }),
      example: { reason: "Use the mirror of the platform team." },
      optional: true,
    },
    conditions: ["If-Match"],
    responses: {
      200: {
        description: "Rejected.",
        schema: ruleBody,
        example: { ...ruleExample, status: "rejected", decidedBy: "grace@contoso.com" },
        headers: ["ETag"],
      },
    },
    async handle({ params: { registry, name }, body, conditions: { ifMatch }, caller }) {
      const stored = await rejectRule(ports(), registry, name, ifMatch, caller, body.reason);
      return ruleResult(ports(), 200, { rule: stored.value, etag: stored.etag });
    },
  });
}
