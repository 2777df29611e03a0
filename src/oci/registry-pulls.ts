import { isReason } from "../domain/errors.ts";
import { isRepositoryPath, tagPattern } from "../domain/image.ts";
import type { Login } from "../domain/ports.ts";
import type { Pulled, Pulls } from "../domain/refresh-ports.ts";
import { anyAddressAgent } from "./agent.ts";
import { type Dance, dancer, type RepositoryRequest } from "./dance.ts";
import { couldNotAsk, errorCode, statusOf, unavailable, unexpected } from "./failure.ts";
import type { Followed } from "./follow.ts";
import { type Logins, logins } from "./logins.ts";
import { bodyDigest, headerDigest, isSha256, manifestTypes, maximumManifest } from "./manifest.ts";
import { contentOf } from "./manifest-content.ts";
import { azureRegistry } from "./registry.ts";
import { wire } from "./wire.ts";
import { within } from "./within.ts";

export interface PullSettings {
  /** "contoso.azurecr.io", or "localhost:5001". */
  loginServer(registry: string): Promise<string>;
  /** Undefined: pulls are anonymous. Asked for once, and again when the registry turns the login down. */
  login(registry: string): Promise<Login | undefined>;
  /** For each single request. */
  readonly timeoutSeconds: number;
  /** Connections per registry at once, and so requests in flight; 64 when not given. */
  readonly maxSockets?: number | undefined;
}

interface Pull {
  readonly method: "GET" | "HEAD";
  readonly registry: string;
  readonly repository: string;
  readonly reference: string;
}

/**
 * Pulls manifests from Azure registries over https, with one pool of connections and one store of
 * tokens. Unlike an upstream's, a registry's address may be a private one: it is a served one's own.
 */
export function registryPulls(settings: PullSettings): Pulls {
  const { timeoutSeconds, maxSockets = 64 } = settings;
  const dance = dancer(wire(anyAddressAgent(maxSockets), timeoutSeconds), () => performance.now());
  const known = logins((registry) => settings.login(registry));
  const pull = async (wanted: Pull): Promise<Pulled> => {
    const { registry } = wanted;
    try {
      const server = await settings.loginServer(registry);
      const reply = await within(2 * timeoutSeconds, ask(dance, known, server, wanted), server);
      return judge(server, wanted, reply);
    } catch (error) {
      return couldNotAsk(error, registry);
    }
  };
  return {
    get: (registry, repository, reference) =>
      pull({ method: "GET", registry, repository, reference }),
    head: (registry, repository, reference) =>
      pull({ method: "HEAD", registry, repository, reference }),
  };
}

/** The registry's answer, whatever it is. A login that is turned down, as one is that expired, is asked for once more. */
async function ask(dance: Dance, known: Logins, server: string, wanted: Pull): Promise<Followed> {
  const { registry, ...request } = wanted;
  const azure = azureRegistry(server);
  const login = known.held(registry);
  try {
    return await dance(azure, await login, requestOf(server, request));
  } catch (error) {
    if (!isReason(error, "refused")) throw error;
    return dance(azure, await known.instead(registry, login), requestOf(server, request));
  }
}

function requestOf(
  server: string,
  { method, repository, reference }: Omit<Pull, "registry">,
): RepositoryRequest {
  const valid = isRepositoryPath(repository) && (tagPattern.test(reference) || isSha256(reference));
  if (!valid) throw unavailable(`${server} was not asked: not a valid name of an image.`);
  return {
    method,
    repository,
    path: `manifests/${reference}`,
    accept: manifestTypes,
    maximumBody: maximumManifest,
  };
}

function judge(server: string, wanted: Pull, reply: Followed): Pulled {
  const { method, repository, reference } = wanted;
  const byDigest = isSha256(reference);
  const shown = `${method} ${repository}${byDigest ? "@" : ":"}${reference}`;
  if (reply.status === 404 && speaksOfImage(wanted, reply)) {
    return { kind: "absent", message: `${server} answered ${statusOf(reply)} to ${shown}.` };
  }
  if (reply.status !== 200) throw unexpected(server, reply, shown);
  const digest = method === "HEAD" ? headerDigest(reply) : digestOfBody(server, shown, reply);
  if (digest === undefined) throw unavailable(`${server} answered ${shown} without a digest.`);
  if (byDigest && digest !== reference) {
    throw unavailable(`${server} answered ${shown} with something of another digest.`);
  }
  const origin = reply.headers["x-azure-origin"];
  return {
    kind: "answered",
    digest,
    fromUpstream: typeof origin === "string" && origin.trim().toLowerCase() === "upstream",
    ...(method === "GET" && { content: contentOf(reply) }),
  };
}

function digestOfBody(server: string, shown: string, reply: Followed): string {
  const found = bodyDigest(reply);
  if ("fault" in found) throw unavailable(`${server} ${found.fault}: ${shown}.`);
  return found.digest;
}

const absentCodes: ReadonlySet<string> = new Set([
  "MANIFEST_UNKNOWN",
  "NAME_UNKNOWN",
  "TAG_UNKNOWN",
]);

/** Any other 404 is of a path, a proxy or a registry that is not there. A HEAD cannot say. */
function speaksOfImage({ method }: Pull, reply: Followed): boolean {
  return method === "HEAD" || absentCodes.has(errorCode(reply) ?? "");
}
