import { refuse } from "../service.ts";

/*
 * Key Vault's errors: {error:{code,message,innererror?}}. The wording for a missing permission is recorded
 * (facts/acr.md section 1, credentialHealth); the others follow the service's known texts and no client
 * should read more than the status and the code from them.
 */

function fail(status: number, code: string, message: string, inner?: string): never {
  const innererror = inner === undefined ? {} : { innererror: { code: inner } };
  return refuse({ status, body: { error: { code, message, ...innererror } } });
}

export function badParameter(message: string): never {
  return fail(400, "BadParameter", message);
}

export function secretNotFound(name: string): never {
  return fail(
    404,
    "SecretNotFound",
    `A secret with (name/id) ${name} was not found in this key vault. If you recently deleted this secret you may be able to recover it using the correct recovery command. For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125182`,
  );
}

export function deletedButRecoverable(name: string): never {
  return fail(
    409,
    "Conflict",
    `Secret ${name} is currently in a deleted but recoverable state, and its name cannot be reused; in this state, the secret can only be recovered or purged.`,
    "ObjectIsDeletedButRecoverable",
  );
}

export function alreadyExists(name: string): never {
  return fail(409, "Conflict", `The secret "${name}" already exists.`);
}

/** Why a disabled version cannot be read, also as ACR would report it. */
export const disabledMessage = "Operation get is not allowed on a disabled secret.";

export function disabled(): never {
  return fail(403, "Forbidden", disabledMessage, "SecretDisabled");
}

export function forbidden(message: string): never {
  return fail(403, "Forbidden", message, "AccessDenied");
}

/** 404 for a path and 405 for a method that Key Vault does not have. */
export function noSuchOperation(allowed: readonly string[]): never {
  if (allowed.length === 0)
    return fail(404, "NotFound", "The requested resource is not supported.");
  return refuse({
    status: 405,
    headers: { Allow: allowed.join(", ") },
    body: { error: { code: "MethodNotAllowed", message: `Allowed here: ${allowed.join(", ")}.` } },
  });
}

/** 401 with the challenge that tells the SDK where and for what to get a token (facts/functions.md section 3). */
export function challenge(tenantId: string, tokenGiven: boolean): never {
  const parts = [
    `authorization="https://login.microsoftonline.com/${tenantId}"`,
    'resource="https://vault.azure.net"',
    ...(tokenGiven ? ['error="invalid_token"'] : []),
  ];
  const message = tokenGiven
    ? "AKV10015: Token validation failed: signature, audience or lifetime."
    : "AKV10000: Request is missing a Bearer or PoP token.";
  return refuse({
    status: 401,
    headers: { "WWW-Authenticate": `Bearer ${parts.join(", ")}` },
    body: { error: { code: "Unauthorized", message } },
  });
}
