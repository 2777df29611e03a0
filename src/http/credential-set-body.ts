import * as z from "zod";
import type { CredentialSetView } from "../domain/credential-set-view.ts";
import { pendingSecretId } from "../domain/rotation.ts";
import { renewalBody, renewalExample, showRenewal, showToken, tokenBody } from "./renewal-body.ts";

const healthBody = z.strictObject({
  status: z.enum(["Healthy", "Unhealthy", "Unknown"]),
  errorCode: z.string().optional(),
  errorMessage: z.string().optional(),
});

const accessBody = z
  .strictObject({
    state: z.enum(["granted", "needed", "unknown"]),
    commands: z
      .array(z.string())
      .describe(
        "Shell commands, any one of them that fits, that grant it: one where it is known how the vaults decide.",
      ),
  })
  .describe("Whether the set's own identity may read its secrets.");

export const credentialSetBody = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    registry: z.string(),
    loginServer: z.string().describe("The upstream it is for."),
    provisioningState: z
      .string()
      .optional()
      .describe("Absent while the registry has no such set: it is being made, or was deleted."),
    health: healthBody.describe("As ACR reports it."),
    remedy: z.string().optional().describe("What to grant or renew, when it is unhealthy."),
    usernameSecretId: z.string(),
    passwordSecretId: z.string(),
    pendingSecretId: z
      .string()
      .optional()
      .describe("Where the next token waits; in assisted mode a person puts it there."),
    principalId: z.string().optional().describe("The set's own identity."),
    access: accessBody,
    token: tokenBody.optional().describe("What Larder last saw of the live secret."),
    rotation: renewalBody.optional().describe("Absent: Larder does not renew its token."),
    notes: z.array(z.string()).describe("What was done to the request, and advice."),
    etag: z.string().optional().describe("For If-Match; absent for a set only ACR knows."),
  })
  .meta({ id: "CredentialSet" });

export type CredentialSetBody = z.input<typeof credentialSetBody>;

/** A credential set as the API and the page show it. Throws for a view of nothing at all, which is a bug. */
export function showCredentialSet(view: CredentialSetView): CredentialSetBody {
  const { registry, name, set, record, etag } = view;
  const known = set ?? record ?? (view.unreadable && nobodyKnows);
  if (!known) throw new Error(`neither ACR nor Larder has the credential set ${name}`);
  return {
    id: `/registries/${registry}/credentialSets/${name}`,
    name,
    registry,
    loginServer: known.loginServer,
    provisioningState: set?.provisioningState,
    health: showHealth(set?.health),
    remedy: view.remedy,
    usernameSecretId: known.usernameSecretId,
    passwordSecretId: known.passwordSecretId,
    pendingSecretId: record && pendingSecretId(record),
    principalId: set?.principalId,
    access: { state: view.access.state, commands: [...view.access.commands] },
    token: showToken(view),
    rotation: record && showRenewal(view, record),
    notes: [...view.notes],
    etag: etag || undefined,
  };
}

const nobodyKnows = { loginServer: "", usernameSecretId: "", passwordSecretId: "" };

function showHealth(
  health: z.input<typeof healthBody> = { status: "Unknown" },
): z.input<typeof healthBody> {
  const { status, errorCode, errorMessage } = health;
  return { status, errorCode, errorMessage };
}

export const credentialSetExample = {
  id: "/registries/contoso/credentialSets/dockerhub",
  name: "dockerhub",
  registry: "contoso",
  loginServer: "docker.io",
  provisioningState: "Succeeded",
  health: { status: "Healthy" },
  usernameSecretId: "https://contoso.vault.azure.net/secrets/dockerhub-username",
  passwordSecretId: "https://contoso.vault.azure.net/secrets/dockerhub-token",
  pendingSecretId: "https://contoso.vault.azure.net/secrets/dockerhub-token-pending",
  principalId: "5f0d8e1c-8f6a-4c1a-9f5e-0d8b5b0c2a11",
  access: { state: "granted", commands: [] },
  ...renewalExample,
  notes: [],
  etag: "W/\"datetime'2026-11-21T02%3A17%3A00.1234567Z'\"",
};
