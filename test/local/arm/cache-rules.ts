import { z } from "zod";
import type { Resource } from "../acr/resources.ts";
import type { RuleProperties } from "../acr/rules.ts";
import type { Answer } from "../service.ts";
import {
  type ArmContext,
  type ArmRequest,
  armTime,
  begin,
  listPage,
  registryId,
  requireName,
  systemData,
} from "./context.ts";
import { fail, notFound } from "./failure.ts";
import { bodyOf } from "./request.ts";
import { checkRule, requireCredentialSet } from "./rule-checks.ts";
import { sim } from "./sim-codes.ts";

const putBody = z.object({
  properties: z.object({
    sourceRepository: z.string(),
    targetRepository: z.string(),
    credentialSetResourceId: z.string().nullish(),
  }),
});

const patchBody = z.object({
  properties: z.object({ credentialSetResourceId: z.string().nullish() }).optional(),
});

const typeName = "registries/cacheRules";

function view(context: ArmContext, { registry }: ArmRequest, rule: Resource<RuleProperties>) {
  const { credentialSetResourceId, sourceRepository, targetRepository } = rule.properties;
  return {
    type: `Microsoft.ContainerRegistry/${typeName}`,
    id: `${registryId(context, registry)}/cacheRules/${rule.name}`,
    name: rule.name,
    systemData: systemData(rule.by, rule.touchedAt),
    properties: {
      ...(credentialSetResourceId !== undefined && { credentialSetResourceId }),
      sourceRepository,
      targetRepository,
      creationDate: armTime(rule.creationDate),
      provisioningState: rule.provisioningState,
    },
  };
}

function required(context: ArmContext, { registry, name }: ArmRequest): Resource<RuleProperties> {
  return (
    registry.rules.get(name) ??
    notFound("registries", `${registry.name}/cacheRules/${name}`, context.resourceGroup)
  );
}

function list(context: ArmContext, request: ArmRequest): Answer {
  const { page, ...next } = listPage(request, request.registry.rules.list());
  const value = page.map((rule) => view(context, request, rule));
  return { status: 200, body: { value, ...next } };
}

function put(context: ArmContext, request: ArmRequest): Answer {
  const { registry, name, call } = request;
  requireName(name);
  const read = putBody.safeParse(bodyOf(call));
  if (!read.success)
    return fail(400, sim.missingProperty, "sourceRepository and targetRepository are required.");
  const { credentialSetResourceId: set, ...mapping } = read.data.properties;
  const properties = { ...mapping, ...(set && { credentialSetResourceId: set }) };
  const before = registry.rules.get(name)?.properties;
  const same =
    before?.sourceRepository === mapping.sourceRepository &&
    before.targetRepository === mapping.targetRepository;
  if (before && !same && !registry.switches().putMayRemap)
    fail(409, sim.mappingImmutable, "sourceRepository and targetRepository cannot be changed.");
  if (!same) checkRule(registry, name, properties);
  else if (set) requireCredentialSet(registry, set);
  const { resource, headers } = begin(context, request, "cacheRules", registry.rules, {
    name,
    properties,
  });
  return { status: 201, headers, body: view(context, request, resource) };
}

/** Takes the credential set only; null removes it, source and target are ignored. The answer shows the old value. */
function patch(context: ArmContext, request: ArmRequest): Answer {
  const { registry, call } = request;
  const before = required(context, request);
  const read = patchBody.safeParse(bodyOf(call));
  if (!read.success) return fail(400, sim.missingProperty, "The properties could not be read.");
  const given = read.data.properties;
  const { credentialSetResourceId: old, ...mapping } = before.properties;
  const set = given && "credentialSetResourceId" in given ? given.credentialSetResourceId : old;
  if (set) requireCredentialSet(registry, set);
  const properties = { ...mapping, ...(set && { credentialSetResourceId: set }) };
  const { resource, headers } = begin(context, request, "cacheRules", registry.rules, {
    name: before.name,
    properties,
  });
  return { status: 201, headers, body: view(context, request, resource) };
}

/** 204 when there is none. The repositories that were cached through the rule stay. */
function remove(context: ArmContext, request: ArmRequest): Answer {
  const { rules } = request.registry;
  if (!rules.get(request.name)) return { status: 204 };
  const change = { name: request.name, properties: undefined };
  const { headers } = begin(context, request, "cacheRules", rules, change);
  return { status: 202, headers };
}

/** Answers a call on cacheRules or one of them; undefined for a method ARM does not have there. */
export function cacheRules(context: ArmContext, request: ArmRequest): Answer | undefined {
  const { method } = request.call;
  if (request.name === "") return method === "GET" ? list(context, request) : undefined;
  if (method === "GET")
    return { status: 200, body: view(context, request, required(context, request)) };
  if (method === "PUT") return put(context, request);
  if (method === "PATCH") return patch(context, request);
  if (method === "DELETE") return remove(context, request);
  return undefined;
}
