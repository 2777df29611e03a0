import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { CredentialSetProperties } from "../acr/registry.ts";
import type { Resource } from "../acr/resources.ts";
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
import type { CredentialHealth } from "./credential-health.ts";
import { fail, notFound } from "./failure.ts";
import { bodyOf } from "./request.ts";
import { requireUpstream } from "./rule-checks.ts";
import { sim } from "./sim-codes.ts";

const credential = z.object({
  name: z.string().optional(),
  usernameSecretIdentifier: z.url(),
  passwordSecretIdentifier: z.url(),
});
const identity = z.object({ type: z.string() }).optional();
const putBody = z.object({
  identity,
  properties: z.object({ loginServer: z.string(), authCredentials: z.tuple([credential]) }),
});
const patchBody = z.object({
  identity,
  properties: z.object({ authCredentials: z.tuple([credential]).optional() }).optional(),
});

type CredentialSet = Resource<CredentialSetProperties>;

/** What credential sets need besides the context. */
export interface CredentialSetContext extends ArmContext {
  readonly health: CredentialHealth;
}

async function view(context: CredentialSetContext, { registry }: ArmRequest, set: CredentialSet) {
  const { loginServer, usernameSecretId, passwordSecretId, principalId } = set.properties;
  return {
    type: "Microsoft.ContainerRegistry/registries/credentialSets",
    // Recorded: the type comes back with a lower-case s.
    identity: { principalId, tenantId: context.tenantId, type: "systemAssigned" },
    id: `${registryId(context, registry)}/credentialSets/${set.name}`,
    name: set.name,
    systemData: systemData(set.by, set.touchedAt),
    properties: {
      loginServer,
      authCredentials: [
        {
          name: "Credential1",
          usernameSecretIdentifier: usernameSecretId,
          passwordSecretIdentifier: passwordSecretId,
          credentialHealth: await context.health.of(set.properties),
        },
      ],
      creationDate: armTime(set.creationDate),
      provisioningState: set.provisioningState,
    },
  };
}

function required(context: ArmContext, { registry, name }: ArmRequest): CredentialSet {
  return (
    registry.credentialSets.get(name) ??
    notFound("registries", `${registry.name}/credentialSets/${name}`, context.resourceGroup)
  );
}

const secretsOf = (given: z.infer<typeof credential>) => ({
  usernameSecretId: given.usernameSecretIdentifier,
  passwordSecretId: given.passwordSecretIdentifier,
});

async function list(context: CredentialSetContext, request: ArmRequest): Promise<Answer> {
  const { page, ...next } = listPage(request, request.registry.credentialSets.list());
  const value = await Promise.all(page.map((set) => view(context, request, set)));
  return { status: 200, body: { value, ...next } };
}

async function put(context: CredentialSetContext, request: ArmRequest): Promise<Answer> {
  const { registry, name, call } = request;
  requireName(name);
  const read = putBody.safeParse(bodyOf(call));
  if (!read.success)
    return fail(
      400,
      sim.missingProperty,
      "loginServer and one authCredentials entry are required.",
    );
  const { loginServer, authCredentials } = read.data.properties;
  requireUpstream(loginServer);
  const before = registry.credentialSets.get(name)?.properties;
  const principalId = before?.principalId ?? randomUUID();
  const properties = { loginServer, ...secretsOf(authCredentials[0]), principalId };
  const change = { name, properties };
  const { resource, headers } = begin(
    context,
    request,
    "credentialSets",
    registry.credentialSets,
    change,
  );
  return { status: 201, headers, body: await view(context, request, resource) };
}

/** Takes the whole authCredentials array (or none); loginServer is ignored. The answer shows the old value. */
async function patch(context: CredentialSetContext, request: ArmRequest): Promise<Answer> {
  const before = required(context, request);
  const read = patchBody.safeParse(bodyOf(request.call));
  if (!read.success) return fail(400, sim.missingProperty, "The properties could not be read.");
  const given = read.data.properties?.authCredentials?.[0];
  const properties = { ...before.properties, ...(given && secretsOf(given)) };
  const change = { name: before.name, properties };
  const { credentialSets: held } = request.registry;
  const { resource, headers } = begin(context, request, "credentialSets", held, change);
  return { status: 201, headers, body: await view(context, request, resource) };
}

/** 204 when there is none; refused while a rule uses it. */
function remove(context: ArmContext, request: ArmRequest): Answer {
  const { registry, name } = request;
  const held = registry.credentialSets;
  if (!held.get(name)) return { status: 204 };
  const ending = `/credentialsets/${name.toLowerCase()}`;
  const user = registry.rules
    .list()
    .find((rule) => rule.properties.credentialSetResourceId?.toLowerCase().endsWith(ending));
  if (user)
    fail(409, sim.credentialSetInUse, `The credential set is used by cache rule '${user.name}'.`);
  const change = { name, properties: undefined };
  const { headers } = begin(context, request, "credentialSets", held, change);
  return { status: 202, headers };
}

/** Answers a call on credentialSets or one of them; undefined for a method ARM does not have there. */
export async function credentialSets(
  context: CredentialSetContext,
  request: ArmRequest,
): Promise<Answer | undefined> {
  const { method } = request.call;
  if (request.name === "") return method === "GET" ? list(context, request) : undefined;
  if (method === "GET")
    return { status: 200, body: await view(context, request, required(context, request)) };
  if (method === "PUT") return put(context, request);
  if (method === "PATCH") return patch(context, request);
  if (method === "DELETE") return remove(context, request);
  return undefined;
}
