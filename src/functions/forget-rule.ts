import type { Ports } from "../domain/ports.ts";
import { type Endpoint, endpoint } from "../http/endpoint.ts";
import { none, oneRule } from "../http/names.ts";
import { ruleBody, ruleExample } from "../http/rule-body.ts";
import { releaseRule } from "../jobs/release-rule.ts";
import { ruleResult } from "./show-rules.ts";

/** What becomes of the rule of the other examples. */
const example = {
  id: ruleExample.id,
  name: ruleExample.name,
  registry: ruleExample.registry,
  source: ruleExample.source,
  target: ruleExample.target,
  credentialSet: ruleExample.credentialSet,
  status: "unmanaged",
  drift: {
    kind: "created",
    message:
      "ada@contoso.com had Larder forget the rule. Send a request for it to take it over again.",
    since: "2026-11-22T09:30:00.000Z",
  },
  notes: [],
  requestedBy: "outside Larder",
  requestedAt: "2026-11-21T02:00:03.000Z",
  updatedAt: "2026-11-22T09:30:00.000Z",
  etag: "W/\"datetime'2026-11-22T09%3A30%3A00.1234567Z'\"",
  live: ruleExample.live,
  pull: ruleExample.pull,
};

/** The call that ends Larder's record of a rule. */
export function forgetRuleEndpoint(ports: () => Ports): Endpoint {
  return endpoint({
    name: "forgetRule",
    method: "POST",
    route: "registries/{registry}/rules/{name}/forget",
    role: "Requester",
    summary: "End Larder's record of a rule, and change nothing in ARM.",
    description:
      "The rule goes on as an unmanaged one: its owner, reason, expiry and refresh policy are gone, and its tags are no longer refreshed. 409 RuleBusy while it is requested or deleting. A repeat is harmless.",
    params: oneRule,
    query: none,
    body: { schema: none, example: {}, optional: true },
    conditions: ["If-Match"],
    responses: {
      200: {
        description: "Forgotten, or Larder had no record: the rule as ARM has it.",
        schema: ruleBody,
        example,
        headers: ["ETag"],
      },
      204: { description: "Forgotten; ARM does not have it, so nothing is left." },
    },
    async handle({ params: { registry, name }, conditions: { ifMatch }, caller }) {
      const view = await releaseRule(ports(), registry, name, ifMatch, caller);
      return view ? ruleResult(ports(), 200, view) : { status: 204 };
    },
  });
}
