import * as z from "zod";
import type { CredentialSetRequest } from "../domain/credential-set-view.ts";
import { parseImage } from "../domain/image.ts";
import { dockerIdPattern, rotationModes, tokenScopes } from "../domain/rotation-policy.ts";
import { secretPlace } from "../domain/secret-place.ts";
import { duration } from "./duration.ts";
import { line } from "./text.ts";

/** The given text is never quoted: somebody may have put a login into it. */
const notASecretUrl =
  'Must be the URL of a Key Vault secret without version, query or fragment, such as "https://contoso.vault.azure.net/secrets/dockerhub-token".';
const hasVersion =
  "Must not name a version: ACR would go on reading that one after the token in it has died. End it with the secret's name.";

/** Kept as Key Vault itself writes it: host in lower case, no slash at the end. */
const secretId = line(400).transform((text, context) => {
  const place = secretPlace(text);
  const url = URL.parse(text);
  if (place && url && place.version === undefined) return url.href.replace(/\/$/, "");
  const message = place?.version === undefined ? notASecretUrl : hasVersion;
  context.issues.push({ code: "custom", input: text, message });
  return z.NEVER;
});

const notACanary =
  'Must be an image of Docker Hub with a tag and no digest, such as "library/alpine:latest".';

/** "library/alpine:latest" of anything that Docker takes for it: "alpine", "docker.io/library/alpine". */
const canary = line(300).transform((text, context) => {
  const found = canaryOf(text);
  if (found !== undefined) return found;
  context.issues.push({ code: "custom", input: text, message: notACanary });
  return z.NEVER;
});

function canaryOf(text: string): string | undefined {
  try {
    const { host, repository, tag = "latest", digest } = parseImage(text);
    return host === "docker.io" && digest === undefined ? `${repository}:${tag}` : undefined;
  } catch {
    return undefined;
  }
}

const rotationPolicy = z
  .strictObject({
    mode: z
      .enum(rotationModes, 'Must be "managed" or "assisted".')
      .describe(
        "managed: Larder makes new tokens, with the account's password; assisted: a person puts them into the pending secret.",
      ),
    account: z
      .string()
      .regex(
        dockerIdPattern,
        "Must be a Docker ID: 2 to 63 letters, digits, hyphens and underscores.",
      )
      .toLowerCase()
      .describe(
        "Docker ID the token belongs to; the organization's name with an organization access token.",
      ),
    lifetime: duration.exactOptional().describe("Life of a new token; the settings' when absent."),
    renewBefore: duration
      .exactOptional()
      .describe("A token with less than this left is renewed; the settings' when absent."),
    grace: duration
      .exactOptional()
      .describe(
        "How long the old token stays as it is after the new one was seen to work; the settings' when absent.",
      ),
    retention: duration
      .exactOptional()
      .describe(
        "How long the old token is kept disabled before it is deleted; the settings' when absent.",
      ),
    scope: z
      .enum(tokenScopes)
      .exactOptional()
      .describe("What a new token may do; repo:read when absent."),
    canary: canary
      .exactOptional()
      .describe("Image of Docker Hub that is pulled through the registry as proof."),
  })
  .meta({ id: "RotationPolicy" });

/** Body of a PUT. What contradicts what, and what the set itself is, the domain judges. */
export const credentialSetRequest = z
  .strictObject({
    loginServer: z
      .string()
      .max(253, { abort: true })
      .regex(/^[a-zA-Z0-9-]+(?:\.[a-zA-Z0-9-]+)+$/, 'Must be the host of an upstream: "docker.io".')
      .toLowerCase()
      .optional()
      .describe("Upstream of a set that is to be made; docker.io when absent."),
    usernameSecretId: secretId
      .optional()
      .describe("URL of the vault secret with the user name; needed for a set that is to be made."),
    passwordSecretId: secretId
      .optional()
      .describe("URL of the vault secret with the token; needed for a set that is to be made."),
    rotation: rotationPolicy
      .nullable()
      .describe("How its token is renewed; null: Larder no longer renews it."),
  })
  .meta({ id: "CredentialSetRequest" }) satisfies z.ZodType<CredentialSetRequest>;

export const rotationRequest = z
  .strictObject({
    force: z
      .boolean("Must be true or false.")
      .default(false)
      .describe("Also when the token has more left than its policy's renewBefore."),
    reason: line(1000).optional().describe("What it is for; required with force."),
  })
  .refine(({ force, reason }) => !force || reason !== undefined, {
    path: ["reason"],
    error: "Say why a token that is not due is to be renewed.",
  })
  .meta({ id: "RotationRequest" });

export const credentialSetRequestExample = {
  rotation: {
    mode: "managed",
    account: "contosopull",
    lifetime: "P90D",
    renewBefore: "P30D",
    scope: "repo:read",
    canary: "library/alpine:latest",
  },
};

export const rotationRequestExample = { force: true, reason: "A laptop with the token was lost." };
