import * as z from "zod";
import { LarderError } from "../domain/errors.ts";
import type { Ports } from "../domain/ports.ts";
import { credentialSetExample, showCredentialSet } from "../http/credential-set-body.ts";
import { type Endpoint, endpoint } from "../http/endpoint.ts";
import { none } from "../http/names.ts";
import { openApiDocument } from "../http/openapi.ts";
import { historyExample, showHistory } from "../http/operation-body.ts";
import { ruleExample, showRule } from "../http/rule-body.ts";
import { freshnessExample, healthBody, healthExample, statusBody } from "../http/status-body.ts";
import { showTag } from "../http/tag-body.ts";
import { readHealth } from "../jobs/read-health.ts";
import { readHistory } from "../jobs/read-history.ts";
import { type RegistryStatus, readStatus } from "../jobs/read-status.ts";

const recent = 20;

/** The calls for whoever is on call, and the description of all calls; `table` is asked late, when it is complete. */
export function statusEndpoints(
  ports: () => Ports,
  table: () => readonly Endpoint[],
): readonly Endpoint[] {
  return [health(ports), status(ports), description(table)];
}

function health(ports: () => Ports): Endpoint {
  return endpoint({
    name: "getHealth",
    method: "GET",
    route: "health",
    summary: "Probe: whether storage answers and scheduled work runs.",
    params: none,
    query: none,
    responses: {
      200: { description: "Healthy.", schema: healthBody, example: healthExample },
      503: {
        description: "Something does not work.",
        schema: healthBody,
        example: { ...healthExample, healthy: false },
      },
    },
    async handle() {
      const found = await readHealth(ports());
      return { status: found.healthy ? 200 : 503, body: found };
    },
  });
}

function status(ports: () => Ports): Endpoint {
  return endpoint({
    name: "getStatus",
    method: "GET",
    route: "status",
    role: "Reader",
    summary: "Everything the status page shows.",
    params: none,
    query: none,
    responses: {
      200: { description: "The state of all registries.", schema: statusBody, example },
    },
    async handle() {
      const [{ at, registries }, found] = await Promise.all([
        readStatus(ports()),
        readHealth(ports()),
      ]);
      const shown = await Promise.all(registries.map((one) => showRegistry(ports(), one)));
      return { status: 200, body: { at, health: found, registries: shown } };
    },
  });
}

async function showRegistry(
  ports: Ports,
  found: RegistryStatus,
): Promise<z.input<typeof statusBody>["registries"][number]> {
  const { name, loginServer, problem, rules, credentialSets, rotationProblem, freshness } = found;
  const history = await readHistory(ports, name, { limit: recent }).catch((error: unknown) => {
    if (error instanceof LarderError) return { entries: [] };
    throw error;
  });
  return {
    name,
    loginServer,
    problem,
    rules: rules.map((view) => showRule(view, loginServer)),
    credentialSets: credentialSets.map(showCredentialSet),
    rotationProblem,
    freshness: freshness && {
      ...freshness,
      troubles: [...freshness.troubles],
      attention: freshness.attention.map((view) => showTag(view, loginServer)),
    },
    history: history.entries.map(showHistory),
  };
}

function description(table: () => readonly Endpoint[]): Endpoint {
  return endpoint({
    name: "getOpenApi",
    method: "GET",
    route: "openapi.json",
    role: "Reader",
    summary: "This description.",
    params: none,
    query: none,
    responses: {
      200: {
        description: "An OpenAPI 3.1 document.",
        schema: z.looseObject({ openapi: z.string() }),
      },
    },
    handle: async () => ({ status: 200, body: openApiDocument(table()) }),
  });
}

const example = {
  at: "2026-11-21T02:00:10.000Z",
  health: healthExample,
  registries: [
    {
      name: "contoso",
      loginServer: "contoso.azurecr.io",
      rules: [ruleExample],
      credentialSets: [credentialSetExample],
      freshness: freshnessExample,
      history: [historyExample],
    },
  ],
};
