import {
  createDefaultHttpClient,
  createHttpHeaders,
  createPipelineFromOptions,
  createPipelineRequest,
  type PipelineResponse,
  RestError,
} from "@azure/core-rest-pipeline";
import type { TokenCredential } from "@azure/identity";
import * as z from "zod";
import { LarderError } from "../domain/errors.ts";
import { noSdkRetries } from "./ask.ts";
import type { Token } from "./kept-token.ts";

/*
 * A registry's token service (Azure/acr docs/AAD-OAuth.md; facts/acr.md section 2). Hand-written,
 * over the SDK's own pipeline, because @azure/container-registry shows neither the exchange nor the
 * choice of scopes: it keeps one access token a client and asks anew for each repository and right.
 */

/** What the SDK asks for, too; clouds other than the public one take it as well. */
const entraScope = "https://containerregistry.azure.net/.default";

export interface TokenService {
  /** The identity's token of Entra for a refresh token of the registry; it lives about three hours. */
  exchange(server: string, abortSignal: AbortSignal): Promise<Token>;
  /** A refresh token for an access token. Rights that the identity lacks are left out, without an error. */
  access(
    server: string,
    scope: string,
    refreshToken: string,
    abortSignal: AbortSignal,
  ): Promise<Token>;
}

/** `server` is a login server. Rejects as the SDK does, so `ask` has to stand around. */
export function tokenService(credential: TokenCredential): TokenService {
  const http = createDefaultHttpClient();
  // A token goes to the registry itself and never to where an answer points.
  const options = { retryOptions: noSdkRetries, redirectOptions: { maxRetries: 0 } };
  const pipeline = createPipelineFromOptions(options);
  const post = async (url: string, form: Record<string, string>, abortSignal: AbortSignal) => {
    const body = new URLSearchParams(form).toString();
    const headers = createHttpHeaders({
      accept: "application/json",
      "content-type": "application/x-www-form-urlencoded",
    });
    const request = createPipelineRequest({ url, method: "POST", headers, body, abortSignal });
    return readToken(await pipeline.sendRequest(http, request));
  };
  return {
    async exchange(server, abortSignal) {
      const entra = await credential.getToken(entraScope, { abortSignal });
      if (!entra) throw nobody();
      const form = { grant_type: "access_token", service: server, access_token: entra.token };
      return post(`https://${server}/oauth2/exchange`, form, abortSignal);
    },
    access(server, scope, refreshToken, abortSignal) {
      const form = { grant_type: "refresh_token", service: server, scope };
      const url = `https://${server}/oauth2/token`;
      return post(url, { ...form, refresh_token: refreshToken }, abortSignal);
    },
  };
}

function nobody(): LarderError {
  return new LarderError("unavailable", {
    code: "CredentialUnavailable",
    message: "The identity gives no token to sign in to registries with.",
  });
}

const Answer = z.union([
  z.object({ access_token: z.string() }).transform((body) => body.access_token),
  z.object({ refresh_token: z.string() }).transform((body) => body.refresh_token),
]);
const Claims = z.object({ exp: z.number() });

function readToken(response: PipelineResponse): Token {
  const body = parse(response.bodyAsText ?? "");
  if (response.status !== 200) throw turnedDown(response, body);
  const text = Answer.safeParse(body).data;
  const payload = Buffer.from(text?.split(".")[1] ?? "", "base64url").toString("utf8");
  const claims = Claims.safeParse(parse(payload)).data;
  if (text && claims) return { text, expiresAt: claims.exp * 1000 };
  throw new LarderError("unavailable", {
    code: "UnreadableAnswer",
    message: "The registry's token service answered 200 without a token that can be read.",
  });
}

/** With the parsed body where the SDK puts it, so that `failure` finds the registry's own words. */
function turnedDown(response: PipelineResponse, details: unknown): RestError {
  const message = `The token service answered ${response.status}.`;
  const error = new RestError(message, { statusCode: response.status, response });
  return Object.assign(error, { details });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
