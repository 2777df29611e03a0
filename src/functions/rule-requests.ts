import * as z from "zod";
import { LarderError } from "../domain/errors.ts";
import type { Ports } from "../domain/ports.ts";
import type { RuleRequest } from "../domain/rule-request.ts";
import { type Endpoint, endpoint } from "../http/endpoint.ts";
import { none, oneRule, registryOnly } from "../http/names.ts";
import { invalidInput } from "../http/problems.ts";
import { errorBody, statusOf, waitHeaders } from "../http/reply.ts";
import { RequestError } from "../http/request-error.ts";
import { ruleBody, ruleExample, showRule } from "../http/rule-body.ts";
import { namedRuleRequest, requestExample, ruleBatch, ruleRequest } from "../http/rule-input.ts";
import { batchBody, validationBody, validationExample } from "../http/validation-body.ts";
import { type RuleOutcome, requestRule } from "../jobs/request-rule.ts";
import { requestRules } from "../jobs/request-rules.ts";
import { validateRule } from "../jobs/validate-rule.ts";
import { knownLoginServer, operationResult } from "./show-rules.ts";

const namedExample = { name: "grafana", ...requestExample };
const outcomes = {
  200: {
    description: "It was already so; with Operation-Location while it is not made yet.",
    schema: ruleBody,
    example: ruleExample,
    headers: ["ETag", "Operation-Location", "Retry-After"],
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
    params: oneRule,
    query: none,
    body: { schema: namedRuleRequest, example: requestExample },
    conditions: ["If-Match", "If-None-Match"],
    responses: outcomes,
    async handle({ params: { registry, name }, body, caller, conditions, base }) {
      const asked = { ...body, name };
      const outcome = await requestRule(ports(), registry, asked, caller, { conditions });
      const { stored, created } = outcome;
      return operationResult(ports(), created ? 201 : 200, stored, base);
    },
  });
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
      const { stored, created } = await requestRule(ports(), registry, body, caller);
      return operationResult(ports(), created ? 201 : 200, stored, base);
    },
  });
}

function validate(ports: () => Ports): Endpoint {
  return endpoint({
    name: "validateRule",
    method: "POST",
    route: "registries/{registry}/rules/validate",
    // It reads the credential set's secret and asks the upstream with it: more than a reader may find out.
    role: "Requester",
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
      return { status: 200, body: await validateRule(ports(), registry, body, caller) };
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
    description:
      "Results come in the order of the requests; a request that is wrong in itself has its own 400 and stops no other. A batch that takes long answers in time: 503 NotTried for each request it did not reach.",
    params: registryOnly,
    query: none,
    body: { schema: ruleBatch, example: { rules: [namedExample] } },
    responses: {
      200: {
        description: "One result a request; with Retry-After when a status among them is 503.",
        headers: ["Retry-After"],
        schema: batchBody,
        example: { value: [{ name: "grafana", status: 201, rule: ruleExample }] },
      },
    },
    async handle({ params: { registry }, body: { rules }, caller }) {
      const items = rules.map(readItem);
      const requests = items.filter((one): one is RuleRequest => !(one instanceof RequestError));
      const outcomes = await requestRules(ports(), registry, requests, caller);
      const loginServer = await knownLoginServer(ports(), registry);
      const value = items.map((one) =>
        one instanceof RequestError
          ? { status: one.status, error: errorBody(one.problem, one.details) }
          : showOutcome(outcomes[requests.indexOf(one)], one, loginServer),
      );
      const headers = waitHeaders(outcomes.filter((one) => one instanceof LarderError));
      return { status: 200, body: { value }, headers };
    },
  });
}

/** One item of a batch: the request, or what is wrong with it. */
function readItem(item: unknown): RuleRequest | RequestError {
  const parsed = ruleRequest.safeParse(item, { reportInput: true });
  return parsed.success ? parsed.data : invalidInput("body", parsed.error.issues);
}

function showOutcome(
  outcome: RuleOutcome | LarderError | undefined,
  { name, source }: RuleRequest,
  loginServer: string | undefined,
): z.input<typeof batchBody>["value"][number] {
  if (!outcome) throw new Error("a request of the batch has no outcome");
  if (outcome instanceof LarderError) {
    const error = errorBody(outcome.problem, outcome.details);
    // What was refused for a password in it is not sent back.
    const shown = outcome.problem.code.endsWith("HasCredentials") ? undefined : source;
    return { name, source: shown, status: statusOf(outcome), error };
  }
  const { value: rule, etag } = outcome.stored;
  const status = outcome.created ? 201 : 200;
  return { name: rule.name, source, status, rule: showRule({ rule, etag }, loginServer) };
}
