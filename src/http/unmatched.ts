import type { Endpoint } from "./endpoint.ts";
import { RequestError } from "./request-error.ts";

/** Whether a path below /api/ (as sent, without the prefix) fits a route; the host compares without case. */
function fits(route: string, path: string): boolean {
  const wanted = route.split("/");
  const given = path.split("/");
  return (
    wanted.length === given.length &&
    wanted.every((part, index) =>
      part.startsWith("{") && !part.endsWith("?}")
        ? given[index] !== ""
        : part.toLowerCase() === given[index]?.toLowerCase() ||
          (part.endsWith("?}") && given[index] === ""),
    )
  );
}

/**
 * Why no function took a request. The host answers a bodiless 404 even to a wrong method
 * (facts/functions.md section 1.5), so the last function of all says it in full: 405 with Allow, or 404.
 */
export function unmatched(endpoints: readonly Endpoint[], url: string): RequestError {
  const path = new URL(url).pathname.replace(/^\/api\/?/i, "").replace(/\/$/, "");
  const methods = endpoints
    .filter(({ route }) => fits(route, path))
    .flatMap(({ method }) => (method === "GET" ? ["GET", "HEAD"] : [method]));
  if (methods.length === 0) {
    return new RequestError(404, {
      code: "ResourceNotFound",
      message: "There is nothing at this address. GET /api/openapi.json lists what there is.",
    });
  }
  const allow = [...new Set(methods)].sort().join(", ");
  return new RequestError(
    405,
    { code: "MethodNotAllowed", message: `This address takes ${allow}.` },
    { headers: { Allow: allow } },
  );
}
