import * as z from "zod";
import { isReason, LarderError } from "../domain/errors.ts";
import type { Ports } from "../domain/ports.ts";
import type { RuleRequest } from "../domain/rule-request.ts";
import { checkConditions, isConditional } from "../http/conditions.ts";
import { type Endpoint, endpoint } from "../http/endpoint.ts";
import { registryName, ruleName } from "../http/names.ts";
import { errorBody, statusOf } from "../http/reply.ts";
import { ruleBody, ruleExample, showRule } from "../http/rule-body.ts";
import { namedRuleRequest, requestExample, ruleBatch, ruleRequest } from "../http/rule-input.ts";
import { batchBody, validationBody, validationExample } from "../http/validation-body.ts";
import { readRule } from "../jobs/read-rule.ts";
import { type RuleOutcome, requestRule } from "../jobs/request-rule.ts";
import { requestRules } from "../jobs/request-rules.ts";
import { validateRule } from "../jobs/validate-rule.ts";
import { knownLoginServer, operationResult } from "./show-rules.ts";

const none = z.strictObject({});
const registryOnly = z.strictObject({ registry: registryName });
const namedExample = { name: "grafana", ...requestExample };
const outcomes = {
  200: {
    description: "It was already so.",
    schema: ruleBody,
    example: ruleExample,
    headers: ["ETag", "Operation-Location"],
  },
  201: {
    description: "Recorded; it is being made, or waits for an approver.",
    schema: ruleBody,
    example: { ...ruleExample, status: "requested" },
    headers: ["ETag", "Operation-Location", "Retry-After"],
  },
} as const;

/** The calls that ask for rules. */
export function ruleRequestEndpoints(ports: () => Ports): readonly Endpoint[] {
  return [putRule(ports), postRule(ports), validate(ports), batch(ports)];
}

function putRule(ports: () => Ports): Endpoint {
  return endpoint({
    name: "putRule",
    method: "PUT",
    route: "registries/{registry}/rules/{name}",
    role: "Requester",
    summary: "Request a cache rule by name.",
    description: "A repeat is harmless; the same name with another mapping or settings is 409.",
    params: z.strictObject({ registry: registryName, name: ruleName }),
    query: none,
    body: { schema: namedRuleRequest, example: requestExample },
    conditions: ["If-Match", "If-None-Match"],
    responses: outcomes,
    async handle({ params: { registry, name }, body, caller, conditions, base }) {
      if (isConditional(conditions))
        checkConditions(conditions, await existingTag(ports(), registry, name));
      const asked = { ...body, name };
      const { stored, created } = await requestRule(ports(), registry, asked, caller.name);
      if (conditions.mustNotExist && !created) checkConditions(conditions, stored.etag);
      return operationResult(ports(), created ? 201 : 200, stored, base);
    },
  });
}

/** The ETag of a rule, "" when only ARM has it; undefined when there is none. */
async function existingTag(
  ports: Ports,
  registry: string,
  name: string,
): Promise<string | undefined> {
  return readRule(ports, registry, name).then(
    ({ etag }) => etag,
    (error: unknown) => {
      if (isReason(error, "missing")) return undefined;
      throw error;
    },
  );
}

function postRule(ports: () => Ports): Endpoint {
  return endpoint({
    name: "postRule",
    method: "POST",
    route: "registries/{registry}/rules",
    role: "Requester",
    summary: "Request a cache rule, its name derived from the source.",
    params: registryOnly,
    query: none,
    body: { schema: ruleRequest, example: requestExample },
    responses: outcomes,
    async handle({ params: { registry }, body, caller, base }) {
      const { stored, created } = await requestRule(ports(), registry, body, caller.name);
      return operationResult(ports(), created ? 201 : 200, stored, base);
    },
  });
}

function validate(ports: () => Ports): Endpoint {
  return endpoint({
    name: "validateRule",
    method: "POST",
    route: "registries/{registry}/rules/validate",
    role: "Reader",
    summary: "Decide a request without doing it.",
    params: registryOnly,
    query: none,
    body: { schema: ruleRequest, example: namedExample },
    responses: {
      200: {
        description: "What the request would come to, also when it would be refused.",
        schema: validationBody,
        example: validationExample,
      },
    },
    async handle({ params: { registry }, body, caller }) {
      return { status: 200, body: await validateRule(ports(), registry, body, caller.name) };
    },
  });
}

function batch(ports: () => Ports): Endpoint {
  return endpoint({
    name: "batchRules",
    method: "POST",
    route: "registries/{registry}/rules/batch",
    role: "Requester",
    summary: "Request up to 100 cache rules, each with its own result.",
    description: "Results come in the order of the requests.",
    params: registryOnly,
    query: none,
    body: { schema: ruleBatch, example: { rules: [namedExample] } },
    responses: {
      200: {
        description: "One result a request.",
        schema: batchBody,
        example: { value: [{ name: "grafana", status: 201, rule: ruleExample }] },
      },
    },
    async handle({ params: { registry }, body: { rules }, caller }) {
      const outcomes = await requestRules(ports(), registry, rules, caller.name);
      const loginServer = await knownLoginServer(ports(), registry);
      const show = (one: RuleOutcome | LarderError, index: number) =>
        showOutcome(one, rules[index], loginServer);
      return { status: 200, body: { value: outcomes.map(show) } };
    },
  });
}

function showOutcome(
  outcome: RuleOutcome | LarderError,
  request: RuleRequest | undefined,
  loginServer: string | undefined,
): z.input<typeof batchBody>["value"][number] {
  if (outcome instanceof LarderError) {
    const error = errorBody(outcome.problem, outcome.details);
    return { name: request?.name, status: statusOf(outcome), error };
  }
  const { value: rule, etag } = outcome.stored;
  const status = outcome.created ? 201 : 200;
  return { name: rule.name, status, rule: showRule({ rule, etag }, loginServer) };
}
