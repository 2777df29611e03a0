import { z } from "zod";
import type { AcrRegistry } from "../acr/registry.ts";
import type { Answer } from "../service.ts";
import { type ArmContext, type ArmRequest, armTime, registryId, systemData } from "./context.ts";
import { fail } from "./failure.ts";
import { bodyOf } from "./request.ts";
import { sim } from "./sim-codes.ts";

function view(context: ArmContext, registry: AcrRegistry) {
  const { anonymousPull, adminUser } = registry.switches();
  return {
    type: "Microsoft.ContainerRegistry/registries",
    id: registryId(context, registry),
    name: registry.name,
    location: "westus",
    tags: {},
    sku: { name: registry.sku, tier: registry.sku },
    systemData: systemData("stand-in", registry.createdAt),
    properties: {
      loginServer: registry.loginServer(),
      creationDate: armTime(registry.createdAt),
      provisioningState: "Succeeded",
      adminUserEnabled: adminUser !== undefined,
      anonymousPullEnabled: anonymousPull,
      dataEndpointEnabled: false,
      dataEndpointHostNames: [],
      encryption: { status: "disabled" },
      networkRuleBypassOptions: "AzureServices",
      privateEndpointConnections: [],
      publicNetworkAccess: "Enabled",
      roleAssignmentMode: "LegacyRegistryPermissions",
      zoneRedundancy: "Disabled",
    },
  };
}

const patchBody = z.object({
  properties: z.object({ anonymousPullEnabled: z.boolean().optional() }).optional(),
});

/** GET of all registries. */
export function registryList(context: ArmContext): Answer {
  const value = [...context.registries.values()].map((registry) => view(context, registry));
  return { status: 200, body: { value } };
}

/** GET and PATCH (200 at once, recorded) of one; PATCH changes anonymous pull only. */
export function registry(context: ArmContext, request: ArmRequest): Answer | undefined {
  const { call, registry: held } = request;
  if (call.method === "PATCH") {
    const read = patchBody.safeParse(bodyOf(call));
    if (!read.success) fail(400, sim.missingProperty, "The properties could not be read.");
    const anonymousPull = read.data?.properties?.anonymousPullEnabled;
    if (anonymousPull !== undefined) held.configure({ anonymousPull });
  } else if (call.method !== "GET") return undefined;
  return { status: 200, body: view(context, held) };
}
