import {
  bearerTokenAuthenticationPolicy,
  createDefaultHttpClient,
  createHttpHeaders,
  createPipelineFromOptions,
  createPipelineRequest,
  type PipelineResponse,
  RestError,
} from "@azure/core-rest-pipeline";
import type { TokenCredential } from "@azure/identity";
import { noSdkRetries } from "./ask.ts";
import { field, textOf } from "./sdk-error.ts";

interface ArmRequest {
  readonly method: "GET" | "PUT";
  /** From "/subscriptions/" on. */
  readonly path: string;
  readonly apiVersion: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly abortSignal: AbortSignal;
}

interface ArmAnswer {
  readonly status: number;
  /** Parsed; undefined when it is no JSON. */
  readonly body: unknown;
  /** Made to be thrown, for `ask` to read; absent for 2xx. */
  readonly refusal?: RestError | undefined;
}

/** One exchange with ARM, for resources whose SDK is not among ours. Rejects as the SDKs do, so `ask` has to stand around. */
export type ArmExchange = (request: ArmRequest) => Promise<ArmAnswer>;

/** `endpoint`: "https://management.azure.com", or another cloud's. */
export function armExchange(credential: TokenCredential, endpoint: string): ArmExchange {
  const http = createDefaultHttpClient();
  // The token goes to ARM itself and never to where an answer points.
  const options = { retryOptions: noSdkRetries, redirectOptions: { maxRetries: 0 } };
  const pipeline = createPipelineFromOptions(options);
  // The scope that ARM's own SDK asks for, too.
  const scopes = `${endpoint}/.default`;
  pipeline.addPolicy(bearerTokenAuthenticationPolicy({ credential, scopes }));
  return async ({ method, path, apiVersion, body, abortSignal }) => {
    const headers = createHttpHeaders({
      accept: "application/json",
      ...(body !== undefined && { "content-type": "application/json" }),
    });
    const request = createPipelineRequest({
      url: `${endpoint}${path}?api-version=${apiVersion}`,
      method,
      headers,
      abortSignal,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return read(await pipeline.sendRequest(http, request));
  };
}

function read(response: PipelineResponse): ArmAnswer {
  const { status } = response;
  const body = parse(response.bodyAsText ?? "");
  if (200 <= status && status <= 299) return { status, body };
  const error = field(body, "error");
  const code = textOf(field(error, "code"));
  const message = textOf(field(error, "message")) ?? `ARM answered ${status}.`;
  const options = { statusCode: status, response, ...(code !== undefined && { code }) };
  return { status, body, refusal: new RestError(message, options) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
