import { randomUUID } from "node:crypto";
import type { Answer } from "../service.ts";
import type { Rule } from "./rules.ts";

/** A registry error in the form of the distribution specification. */
function registryError(
  status: number,
  code: string,
  message: string,
  detail?: unknown,
  headers: Answer["headers"] = {},
): Answer {
  const error = { code, message, ...(detail !== undefined && { detail }) };
  return { status, headers, body: { errors: [error] } };
}

/** Body recorded in Azure/azure-sdk-for-python#18667. */
export const nameUnknown = (name: string) =>
  registryError(404, "NAME_UNKNOWN", "repository name not known to registry", { name });

/** Text as in Azure/acr#765. */
export const manifestUnknown = (name: string, reference: string) =>
  registryError(
    404,
    "MANIFEST_UNKNOWN",
    `manifest ${reference.includes(":") ? reference : `tagged by "${reference}"`} is not found`,
    { name, reference },
  );

export const tagUnknown = (name: string, tag: string) =>
  registryError(404, "TAG_UNKNOWN", "the specified tag does not exist", { name, tag });

export const blobUnknown = (digest: string) =>
  registryError(404, "BLOB_UNKNOWN", "blob unknown to registry", digest);

export const uploadUnknown = () =>
  registryError(404, "BLOB_UPLOAD_UNKNOWN", "blob upload unknown to registry");

export const digestInvalid = (digest: string) =>
  registryError(400, "DIGEST_INVALID", "provided digest did not match uploaded content", {
    digest,
  });

export const manifestInvalid = () => registryError(400, "MANIFEST_INVALID", "manifest invalid");

export const manifestBlobUnknown = (digest: string) =>
  registryError(404, "MANIFEST_BLOB_UNKNOWN", "blob unknown to registry", { digest });

export const badPage = (n: string) =>
  registryError(400, "PAGINATION_NUMBER_INVALID", "invalid number of results requested", { n });

export const badBody = () => registryError(400, "INVALID_REQUEST", "the body could not be read");

export const notSupported = () =>
  registryError(405, "UNSUPPORTED", "The operation is unsupported.");

export const noSuchPath = () => registryError(404, "NOT_FOUND", "404 page not found");

/** Body recorded in Azure/acr-cli#70 and Azure/azure-sdk-for-net#22827: something is locked. */
export const disallowed = () =>
  registryError(
    405,
    "REGISTRY_DISALLOWED_OPERATION",
    "The operation is disallowed on this registry, repository or image. View troubleshooting steps at https://aka.ms/acr/faq/#why-does-my-pull-or-push-request-fail-with-disallowed-operation",
    {},
  );

/** 429 with the seconds left until the bucket is full again (facts/acr.md section 2). */
export const tooManyRequests = (retryAfter: number) =>
  registryError(429, "TOOMANYREQUESTS", "too many requests", undefined, {
    "Retry-After": String(retryAfter),
  });

/** Invented: that a push under a rule is refused is known (acr#845), its code and text are not. */
export const pushRefused = (rule: Rule) =>
  registryError(403, "DENIED", `sim: cache rule "${rule.name}" owns this repository; no writes`);

const more = () =>
  `CorrelationId: ${randomUUID()}. For more information, please visit https://aka.ms/acr/cache`;

/** acr#599: the credential set's login is missing or was refused. */
export const sourceUnauthorized = (rule: Rule) =>
  registryError(
    401,
    "UNAUTHORIZED",
    `authentication required with source registry for cache rule '${rule.name}'. ${more()}`,
  );

/** acr#754. */
export const sourceThrottled = (rule: Rule) =>
  registryError(
    429,
    "TOOMANYREQUESTS",
    `too many requests to source registry for cache rule '${rule.name}'. ${more()}`,
  );

/** acr#892. */
export const sourceFailed = (rule: Rule) =>
  registryError(
    424,
    "UNKNOWN",
    `request to pull from source '${rule.sourceRepository}' for cache rule '${rule.name}' has failed. ${more()}`,
  );

/** acr#891. */
export const referrersFailed = (rule: Rule, status: number) =>
  registryError(
    424,
    "UNKNOWN",
    `request to fetch referrers from source '${rule.sourceRepository}' for cache rule '${rule.name}' returned status code ${status}. ${more()}`,
  );

/** acr#684, acr#876: upstream did not answer, or a blob could not be had. */
export const badGateway = (): Answer => ({
  status: 502,
  headers: { "Content-Type": "text/html" },
  body: "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n",
});
