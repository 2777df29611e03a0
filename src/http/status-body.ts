import * as z from "zod";
import { type CredentialSet, credentialSetRemedy } from "../domain/credential-set.ts";
import { historyEntry } from "./operation-body.ts";
import { ruleBody } from "./rule-body.ts";

export const healthBody = z
  .strictObject({
    healthy: z.boolean(),
    checks: z.array(
      z.strictObject({ name: z.string(), healthy: z.boolean(), message: z.string() }),
    ),
  })
  .meta({ id: "Health" });

const credentialSetBody = z
  .strictObject({
    name: z.string(),
    loginServer: z.string().describe("The upstream it is for."),
    provisioningState: z.string(),
    health: z.strictObject({
      status: z.enum(["Healthy", "Unhealthy", "Unknown"]),
      errorCode: z.string().optional(),
      errorMessage: z.string().optional(),
    }),
    remedy: z.string().optional().describe("What to grant or renew, when it is unhealthy."),
  })
  .meta({ id: "CredentialSet" });

export const statusBody = z
  .strictObject({
    at: z.iso.datetime(),
    health: healthBody,
    registries: z.array(
      z.strictObject({
        name: z.string(),
        loginServer: z.string().optional(),
        problem: z.string().optional().describe("Why the registry could not be read."),
        rules: z.array(ruleBody),
        credentialSets: z.array(credentialSetBody),
        history: z.array(historyEntry).describe("The latest 20 events."),
      }),
    ),
  })
  .meta({ id: "Status" });

export function showCredentialSet(set: CredentialSet): z.input<typeof credentialSetBody> {
  const { name, loginServer, provisioningState, health } = set;
  return {
    name,
    loginServer,
    provisioningState,
    health: { ...health },
    remedy: health.status === "Unhealthy" ? credentialSetRemedy(set) : undefined,
  };
}

export const healthExample = {
  healthy: true,
  checks: [{ name: "storage", healthy: true, message: "State storage answers." }],
};
