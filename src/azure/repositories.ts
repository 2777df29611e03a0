import { ContainerRegistryClient } from "@azure/container-registry";
import type { TokenCredential } from "@azure/identity";
import type { Registries, Repositories } from "../domain/ports.ts";
import { ask, ifThere, noSdkRetries } from "./ask.ts";
import { statusOf } from "./sdk-error.ts";

/** What Microsoft's own clients ask for (facts/acr.md section 2); the service's maximum is not documented. */
const pageSize = 100;

/** Repositories through the registry's data plane, one client a registry. */
export function repositories(registries: Registries, credential: TokenCredential): Repositories {
  const clients = new Map<string, ContainerRegistryClient>();
  const clientFor = async (registry: string) => {
    const server = await registries.loginServer(registry);
    const client =
      clients.get(server) ??
      new ContainerRegistryClient(`https://${server}`, credential, { retryOptions: noSdkRetries });
    clients.set(server, client);
    return client;
  };
  return {
    async exists(registry, repository) {
      const client = await clientFor(registry);
      const found = await ifThere(
        ask(`look for repository ${repository} in ${registry}`, (abortSignal) =>
          client.getRepository(repository).getProperties({ abortSignal }),
        ),
      );
      return found !== undefined;
    },
    async list(registry, prefix, limit) {
      const client = await clientFor(registry);
      return ask(`list the repositories of ${registry}`, (abortSignal) =>
        listFrom(client, prefix, limit, abortSignal),
      );
    },
    async remove(registry, repository) {
      const client = await clientFor(registry);
      return ask(`delete repository ${repository} of ${registry}`, (abortSignal) =>
        removeRepository(client, repository, abortSignal),
      );
    },
  };
}

/** The catalogue is in lexical order, so it is read from just before the prefix to the first name past it. */
async function listFrom(
  client: ContainerRegistryClient,
  prefix: string,
  limit: number,
  abortSignal: AbortSignal,
): Promise<readonly string[]> {
  const names: string[] = [];
  const query = new URLSearchParams({ ...seek(prefix), n: String(pageSize) });
  const continuationToken = `/acr/v1/_catalog?${query.toString()}`;
  for await (const page of client
    .listRepositoryNames({ abortSignal })
    .byPage({ continuationToken }))
    for (const name of page) {
      if (names.length >= limit || (name > prefix && !name.startsWith(prefix))) return names;
      if (name.startsWith(prefix)) names.push(name);
    }
  return names;
}

/**
 * `last` is exclusive and should be a name a registry can have: "grafana" for the prefix "grafana/".
 * The few names between the two ("grafana-agent") are read and passed over.
 */
function seek(prefix: string): { readonly last?: string } {
  const last = prefix.slice(0, -1).replace(/[/._-]+$/, "");
  return last === "" ? {} : { last };
}

/** The SDK takes 404 for success and hides it; only the raw answer tells. 405: something is locked. */
async function removeRepository(
  client: ContainerRegistryClient,
  repository: string,
  abortSignal: AbortSignal,
): Promise<"removed" | "absent" | "locked"> {
  let status = 0;
  const onResponse = (answer: { readonly status: number }) => {
    status = answer.status;
  };
  try {
    await client.deleteRepository(repository, { abortSignal, onResponse });
    return status === 404 ? "absent" : "removed";
  } catch (error) {
    if (statusOf(error) === 405) return "locked";
    throw error;
  }
}
