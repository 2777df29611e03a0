import { ContainerRegistryClient } from "@azure/container-registry";
import type { TokenCredential } from "@azure/identity";
import { isReason, LarderError } from "../domain/errors.ts";
import type { Registries, Repositories } from "../domain/ports.ts";
import { mustBeThere } from "./absence.ts";
import { ask, noSdkRetries } from "./ask.ts";
import { pages } from "./pages.ts";
import { statusOf } from "./sdk-error.ts";

/** What Microsoft's own clients ask for (facts/acr.md section 2); the service's maximum is not documented. */
const pageSize = 100;

/** The registry's code for a repository that does not exist; its other 404s are about something else. */
const unknownName = "NAME_UNKNOWN";

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
      try {
        await ask(`look for repository ${repository} in ${registry}`, (abortSignal) =>
          client.getRepository(repository).getProperties({ abortSignal }),
        );
        return true;
      } catch (error) {
        if (isReason(error, "missing") && error.problem.code === unknownName) return false;
        throw mustBeThere(error);
      }
    },
    async list(registry, prefix, limit) {
      const client = await clientFor(registry);
      try {
        return await listFrom(client, registry, prefix, limit);
      } catch (error) {
        throw mustBeThere(error);
      }
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
  registry: string,
  prefix: string,
  limit: number,
): Promise<readonly string[]> {
  const names: string[] = [];
  const query = new URLSearchParams({ ...seek(prefix), n: String(pageSize) });
  const found = pages(
    (start) =>
      ask(`list the repositories of ${registry}`, (abortSignal) =>
        client.listRepositoryNames({ abortSignal }).byPage(start).next(),
      ),
    { continuationToken: `/acr/v1/_catalog?${query.toString()}` },
  );
  for await (const page of found)
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

/**
 * The SDK takes every 404 for success and hides it; only the raw answer tells which it was, and one
 * that does not speak of the repository is `refused`. 405: something is locked.
 */
async function removeRepository(
  client: ContainerRegistryClient,
  repository: string,
  abortSignal: AbortSignal,
): Promise<"removed" | "absent" | "locked"> {
  let answer: { readonly status: number; readonly bodyAsText?: string | null } = { status: 0 };
  const onResponse = (given: typeof answer) => {
    answer = given;
  };
  try {
    await client.deleteRepository(repository, { abortSignal, onResponse });
  } catch (error) {
    if (statusOf(error) === 405) return "locked";
    throw error;
  }
  if (answer.status !== 404) return "removed";
  if (answer.bodyAsText?.includes(`"${unknownName}"`)) return "absent";
  throw new LarderError("refused", {
    code: "NotFound",
    message: `The registry answered 404 to the deletion of ${repository}, and not because there is no such repository.`,
  });
}
