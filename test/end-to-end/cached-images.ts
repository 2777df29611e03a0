import { request } from "../contract/local-request.ts";
import type { App } from "./app.ts";

/** What clients here call themselves, so that their requests are told from Larder's. */
export const someClient = "some-client/1.0";

/** What a client is answered that pulls a manifest through the first registry. */
export interface ClientPull {
  readonly status: number;
  readonly digest: string | undefined;
  /** Served from upstream, because the registry does not hold it. */
  readonly fromUpstream: boolean;
}

/** Moves or makes a tag upstream, for two platforms; its digest. */
export async function pushUpstream(app: App, image: string): Promise<string> {
  const body = JSON.stringify({ image, platforms: ["linux/amd64", "linux/arm64"] });
  const { json } = await request(`${app.standIn.urls.control}/upstream/push`, {
    method: "POST",
    body,
  });
  return (json as { digest: string }).digest;
}

/** Pulls a manifest as anybody may. */
export async function clientPull(
  { standIn: { ca, registries } }: App,
  repository: string,
  reference: string,
): Promise<ClientPull> {
  const server = `https://${registries[0]?.loginServer() ?? ""}`;
  const scope = `repository:${repository}:pull`;
  const { json } = await request(`${server}/oauth2/token?service=x&scope=${scope}`, {
    ca,
    headers: { "user-agent": someClient },
  });
  const { access_token: token } = json as { access_token: string };
  const answer = await request(`${server}/v2/${repository}/manifests/${reference}`, {
    ca,
    headers: {
      "user-agent": someClient,
      authorization: `Bearer ${token}`,
      accept: "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json",
    },
  });
  const digest = answer.headers["docker-content-digest"];
  return {
    status: answer.status,
    digest: typeof digest === "string" ? digest : undefined,
    fromUpstream: answer.headers["x-azure-origin"] === "upstream",
  };
}

/** Has an image cached for one platform, as somebody's pull would have it; its digest. */
export async function cacheImage(app: App, repository: string, tag: string): Promise<string> {
  const [registry] = app.standIn.registries;
  const digest = await pushUpstream(app, `docker.io/${repository}:${tag}`);
  if (!registry?.ruleFor(repository)) throw new Error(`no rule for ${repository}`);
  await clientPull(app, repository, tag);
  for (let tries = 0; tries < 200; tries += 1) {
    const held = registry.storage.repositories.get(repository)?.tags.get(tag);
    if (held?.digest === digest) return digest;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`${repository}:${tag} was not stored`);
}
