import { randomUUID } from "node:crypto";
import { type AcrRegistry, acrRegistry, type NewRegistry } from "../acr/registry.ts";
import type { Answer, Call, Service } from "../service.ts";
import { cacheRules } from "./cache-rules.ts";
import type { ArmContext, ArmDependencies, ArmRequest } from "./context.ts";
import { credentialHealth } from "./credential-health.ts";
import { type CredentialSetContext, credentialSets } from "./credential-sets.ts";
import { fail, failure, notFound } from "./failure.ts";
import { importImage } from "./import-image.ts";
import { operations, resultAnswer, statusAnswer } from "./operations.ts";
import { quotas } from "./quotas.ts";
import { registry, registryList } from "./registries.ts";
import { apiVersionOf, principalOf, supportedVersions } from "./request.ts";
import { armEndpoint, type ResourcePath, resourcePath } from "./resource-path.ts";
import { type AssignmentDesk, assignmentDesk, type VaultAccess } from "./vault-access.ts";
import { vaultEndpoint, vaultPath } from "./vault-path.ts";
import { vaults } from "./vaults.ts";

/** Azure Resource Manager with the registries of one resource group, and a vault. */
export interface ArmSide {
  readonly service: Service;
  /** Who may let credential sets read the vault's secrets, and how. */
  readonly access: VaultAccess;
  /** Makes a registry that is there at once. Its data plane is `acrService(registry, …)`. */
  addRegistry(wanted: NewRegistry): AcrRegistry;
  /** For GET /state. */
  state(): unknown;
}

/** ARM over the given parts; every registry lives in one subscription and resource group. */
export function armSide(dependencies: ArmDependencies): ArmSide {
  const { clock, identity } = dependencies;
  const registries = new Map<string, AcrRegistry>();
  const context: ArmContext = {
    ...dependencies,
    tenantId: dependencies.tenantId ?? randomUUID(),
    operations: operations(() => clock.now()),
    registries,
  };
  const whole: CredentialSetContext = { ...context, health: credentialHealth(context) };
  const quota = quotas(() => clock.now());
  const desk = assignmentDesk(context);
  const service: Service = {
    name: "arm",
    endpoint: ({ method, path }) => vaultEndpoint(method, path) ?? armEndpoint(method, path),
    async answer(call) {
      const principal = principalOf(call, identity);
      const answer = await dispatch(whole, desk, call, principal);
      const headers = {
        ...quota.count(call.method),
        "api-supported-versions": supportedVersions,
        "x-ms-request-id": randomUUID(),
        "x-ms-correlation-request-id": randomUUID(),
        ...answer.headers,
      };
      return { ...answer, headers };
    },
  };
  return {
    service,
    access: desk.access,
    addRegistry(wanted) {
      const made = acrRegistry(wanted, clock);
      registries.set(wanted.name.toLowerCase(), made);
      return made;
    },
    state: () => [...registries.values()].map((one) => one.state()),
  };
}

async function dispatch(
  context: CredentialSetContext,
  desk: AssignmentDesk,
  call: Call,
  principal: string,
): Promise<Answer> {
  const ofVault = vaultPath(call.path);
  if (ofVault) {
    requireScope(context, ofVault);
    return vaults(context, desk, { call, principal, path: ofVault }) ?? notAllowed(call);
  }
  const path = resourcePath(call.path);
  const type = path?.collection ? `registries/${path.collection}` : "registries";
  const apiVersion = apiVersionOf(call, type);
  if (!path)
    return failure(404, "InvalidResourceType", `The path '${call.path}' names no resource.`);
  requireScope(context, path);
  if (path.operation !== undefined) return poll(context, call, path);
  if (path.registry === undefined)
    return call.method === "GET" ? registryList(context) : notAllowed(call);
  const held =
    context.registries.get(path.registry.toLowerCase()) ??
    notFound("registries", path.registry, context.resourceGroup);
  const request = { call, registry: held, principal, apiVersion, name: path.name ?? "" };
  return (await answerOn(context, path, request)) ?? notAllowed(call);
}

function answerOn(
  context: CredentialSetContext,
  path: ResourcePath,
  request: ArmRequest,
): Answer | undefined | Promise<Answer | undefined> {
  if (path.collection === undefined) return registry(context, request);
  if (path.collection === "cacheRules") return cacheRules(context, request);
  if (path.collection === "credentialSets") return credentialSets(context, request);
  return request.call.method === "POST" ? importImage(context, request) : undefined;
}

const notAllowed = ({ method, path }: Call): Answer =>
  failure(405, "MethodNotAllowed", `The HTTP method '${method}' is not supported at '${path}'.`);

function requireScope(
  context: ArmContext,
  path: Pick<ResourcePath, "subscription" | "resourceGroup">,
): void {
  if (path.subscription.toLowerCase() !== context.subscriptionId.toLowerCase())
    fail(
      404,
      "SubscriptionNotFound",
      `The subscription '${path.subscription}' could not be found.`,
    );
  const group = path.resourceGroup;
  if (group !== undefined && group.toLowerCase() !== context.resourceGroup.toLowerCase())
    fail(404, "ResourceGroupNotFound", `Resource group '${group}' could not be found.`);
}

function poll(context: ArmContext, call: Call, path: ResourcePath): Answer {
  const operation = context.operations.get(path.operation ?? "");
  if (!operation) return fail(404, "NotFound", `The operation '${path.operation}' was not found.`);
  const isFinal = context.operations.poll(operation);
  const link = `${call.origin}${call.path}?${call.query.toString()}`;
  return path.registry === undefined
    ? resultAnswer(operation, isFinal, link)
    : statusAnswer(operation, isFinal, link);
}
