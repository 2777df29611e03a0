import { field, textOf } from "./sdk-error.ts";

interface Exchanged {
  readonly status: number;
  readonly bodyAsText?: string | null | undefined;
}

/** As every SDK's pipeline takes it. */
interface Policy<Request extends object, Response extends Exchanged> {
  readonly name: string;
  sendRequest(request: Request, next: (request: Request) => Promise<Response>): Promise<Response>;
}

/** By request, so that they go when the request goes. */
const bodies = new WeakMap<object, string>();

/**
 * Keeps the body of what is refused. The paging of the newer SDKs drops it: its error says
 * "Pagination failed with unexpected statusCode 403" and not which permission is missing
 * (static-helpers/pagingHelpers of arm-containerregistry 12.0.0 and keyvault-secrets 4.12.0).
 */
export function keepRefusals<Request extends object, Response extends Exchanged>(): Policy<
  Request,
  Response
> {
  return {
    name: "keepRefusals",
    async sendRequest(request, next) {
      const response = await next(request);
      if (response.status >= 400) bodies.set(request, response.bodyAsText ?? "");
      return response;
    },
  };
}

/** The service's own message behind an error, where it was kept. */
export function refusalOf(error: unknown): string | undefined {
  const request = field(error, "request");
  const body = typeof request === "object" && request ? bodies.get(request) : undefined;
  if (body === undefined) return undefined;
  try {
    return textOf(field(field(JSON.parse(body), "error"), "message"));
  } catch {
    return undefined;
  }
}
