import {
  ContainerRegistryClient,
  type ContainerRegistryClientOptions,
} from "@azure/container-registry";
import type { Registries } from "../domain/ports.ts";
import { ask, noSdkRetries } from "./ask.ts";
import { inFlight } from "./in-flight.ts";
import { withToken } from "./kept-token.ts";
import type { RegistryTokens } from "./registry-tokens.ts";

/** To be given to the SDK's method. */
export interface CallOptions {
  readonly abortSignal: AbortSignal;
  readonly requestOptions: { readonly customHeaders: Readonly<Record<string, string>> };
}

/** One exchange about a repository; every rejection is a LarderError (see `ask`), and `what` completes "Could not …". */
export type Call = <T>(
  registry: string,
  repository: string,
  what: string,
  exchange: (client: ContainerRegistryClient, options: CallOptions) => Promise<T>,
) => Promise<T>;

type AdditionalPolicy = NonNullable<ContainerRegistryClientOptions["additionalPolicies"]>[number];

/**
 * The SDK would answer a 401 with a token of its own, for one repository and one right at a time
 * (facts/acr.md section 2), or here with a nobody's. Without the challenge it gives the 401 back.
 */
const noChallenges: AdditionalPolicy = {
  position: "perRetry",
  policy: {
    name: "noChallenges",
    async sendRequest(request, next) {
      const response = await next(request);
      if (response.status === 401) response.headers.delete("www-authenticate");
      return response;
    },
  },
};

/** Calls with our own tokens: one client a registry, and at most `maxInFlight` exchanges with it at once. */
export function registryCalls(
  registries: Registries,
  tokens: RegistryTokens,
  maxInFlight: number,
): Call {
  const doors = new Map<string, Door>();
  return async (registry, repository, what, exchange) => {
    const server = await registries.loginServer(registry);
    const door = doors.get(server) ?? doorTo(server, maxInFlight);
    doors.set(server, door);
    return door.limited(() =>
      withToken(tokens.access(server, repository), (token) => {
        const requestOptions = { customHeaders: { authorization: `Bearer ${token}` } };
        return ask(what, (abortSignal) => exchange(door.client, { abortSignal, requestOptions }));
      }),
    );
  };
}

interface Door {
  readonly client: ContainerRegistryClient;
  readonly limited: ReturnType<typeof inFlight>;
}

function doorTo(server: string, maxInFlight: number): Door {
  const client = new ContainerRegistryClient(`https://${server}`, {
    retryOptions: noSdkRetries,
    // What is asked here is never elsewhere, and the token is for nobody else.
    redirectOptions: { maxRetries: 0 },
    additionalPolicies: [noChallenges],
  });
  return { client, limited: inFlight(maxInFlight) };
}
