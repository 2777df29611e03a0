import * as z from "zod";
import { type Endpoint, endpoint } from "../http/endpoint.ts";
import { none } from "../http/names.ts";
import { RequestError } from "../http/request-error.ts";
import { statusPage } from "../http/status-page.ts";

/**
 * The status page's shell. The host takes an empty route for the function's name
 * (WebScriptHostHttpRoutesManager), so the route is a parameter that can only be empty
 * (github.com/Azure/Azure-Functions/issues/2473); its name sorts behind all others but the last.
 */
export function statusPageEndpoint(): Endpoint {
  return endpoint({
    name: "viewStatusPage",
    method: "GET",
    route: "{nothing:maxlength(0)?}",
    summary: "The status page: static, without data until it is given a function key.",
    params: z.strictObject({ nothing: z.string().optional() }),
    query: none,
    responses: {
      200: { description: "HTML.", schema: z.string(), contentType: "text/html" },
    },
    async handle({ params: { nothing } }) {
      if (nothing)
        throw new RequestError(404, {
          code: "ResourceNotFound",
          message: "There is nothing at this address.",
        });
      return { status: 200, body: statusPage.html, headers: statusPage.headers };
    },
  });
}
