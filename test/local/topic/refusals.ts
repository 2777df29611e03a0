import { refuse } from "../service.ts";

/*
 * What a custom topic of Event Grid refuses: {error:{code,message,details}}. A principal without the role gets
 * 401, as recorded (azure-sdk-for-net#22831), and 403 comes from the firewall (azure-docs#57541). The other
 * wordings are invented; no client should read more than the status and the code from them.
 */

function fail(status: number, code: string, message: string): never {
  return refuse({ status, body: { error: { code, message, details: [{ code, message }] } } });
}

export function badRequest(message: string): never {
  return fail(400, "BadRequest", message);
}

export function noToken(): never {
  return fail(401, "Unauthorized", "The request must contain a valid access token for Event Grid.");
}

export function notASender(): never {
  return fail(
    401,
    "Unauthorized",
    "The principal associated with access token presented with the incoming request does not have permission to send data to /subscriptions/local/resourceGroups/larder/providers/Microsoft.EventGrid/topics/larder.",
  );
}

export function networkClosed(): never {
  return fail(403, "Forbidden", "Publishing to this topic is not allowed from this IP address.");
}

export function noSuchPath(): never {
  return fail(404, "NotFound", "There is nothing here.");
}

export function wrongMethod(): never {
  return refuse({
    status: 405,
    headers: { Allow: "POST" },
    body: { error: { code: "MethodNotAllowed", message: "Allowed here: POST." } },
  });
}

export function tooLarge(largest: number): never {
  return fail(413, "RequestEntityTooLarge", `The maximum size (${largest}) has been exceeded.`);
}
