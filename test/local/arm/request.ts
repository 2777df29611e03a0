import type { Identity } from "../doors.ts";
import { type Call, refuse } from "../service.ts";
import { fail, failure } from "./failure.ts";

/** From the header `api-supported-versions` of the recording, and the CLI's newer preview. */
const versions = [
  "2023-01-01-preview",
  "2023-06-01-preview",
  "2023-07-01",
  "2023-08-01-preview",
  "2023-11-01-preview",
  "2024-01-01-preview",
  "2024-11-01-preview",
  "2025-03-01-preview",
  "2025-04-01",
  "2025-05-01-preview",
  "2025-06-01-preview",
  "2025-09-01-preview",
  "2025-11-01",
  "2025-12-01-preview",
  "2026-01-01-preview",
  "2026-09-01-preview",
];

export const supportedVersions = versions.join(", ");

/** The api-version of a call; 400 in ARM's words when it is missing or none of `known`. */
export function apiVersionOf(
  call: Call,
  type: string,
  known: readonly string[] = versions,
): string {
  const version = call.query.get("api-version");
  if (!version)
    fail(
      400,
      "MissingApiVersionParameter",
      "The api-version query parameter (?api-version=) is required for all requests.",
    );
  if (!known.includes(version))
    fail(
      400,
      "NoRegisteredProviderFound",
      `No registered resource provider found for location 'westus' and API version '${version}' for type '${type}'. The supported api-versions are '${known.join(", ")}'.`,
    );
  return version;
}

/** The principal of the bearer token, whose audience is ARM's or this stand-in's own URL (the SDK's default scope). 401 otherwise. */
export function principalOf(call: Call, identity: Identity): string {
  const given = call.headers.authorization;
  const found = ["https://management.azure.com", call.origin]
    .map((audience) => identity.verify(given, audience))
    .find((principal) => principal !== undefined);
  if (found !== undefined) return found;
  const [code, message] = given
    ? ["InvalidAuthenticationToken", "The access token is invalid."]
    : ["AuthenticationFailed", "Authentication failed. The 'Authorization' header is missing."];
  const headers = {
    "WWW-Authenticate": `Bearer authorization_uri="https://login.microsoftonline.com/", error="invalid_token", error_description="${message}"`,
  };
  return refuse(failure(401, code ?? "", message ?? "", headers));
}

/** The JSON body of a call; 400 `InvalidRequestContent` when it is none. */
export function bodyOf(call: Call): unknown {
  try {
    return JSON.parse(call.body.toString("utf8"));
  } catch {
    return fail(
      400,
      "InvalidRequestContent",
      "The request content was invalid and could not be deserialized.",
    );
  }
}
