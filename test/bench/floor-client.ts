import { request as plainRequest } from "node:http";
import type { CloudPlaces } from "./cloud-protocol.ts";
import { asker, type Door, type Reply } from "./pool.ts";

const prefix = "docker.io/";
const accept = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");
const form = { "content-type": "application/x-www-form-urlencoded" };

export const digestOf = ({ headers }: Reply) => String(headers["docker-content-digest"]);
export const isHeld = ({ headers }: Reply) => headers["x-azure-origin"] === undefined;
export const childrenOf = ({ body }: Reply) =>
  (JSON.parse(body) as { manifests: { digest: string }[] }).manifests.map(({ digest }) => digest);

/**
 * The requests of the floor; each throws unless it was answered as it should be. It knows where tokens
 * are to be had, and keeps one a repository and host.
 */
export function floorClient({ registry: login, upstreamPort, settings }: CloudPlaces) {
  const ask = asker();
  const registry: Door = { host: login, port: Number(login.split(":")[1]) };
  const hub: Door = { host: "registry-1.docker.io", port: upstreamPort };
  const hubTokens: Door = { host: "auth.docker.io", port: upstreamPort };
  const bearers = new Map<string, string>();
  const hubBearers = new Map<string, string>();
  const send = async (
    [door, method, path, headers, body]: Parameters<typeof ask>,
    status: number,
  ) => {
    const reply = await ask(door, method, path, headers, body);
    if (reply.status !== status)
      throw new Error(`${method} ${path}: ${reply.status} ${reply.body}`);
    return reply;
  };
  const data = (method: string, repository: string, rest: string, status = 200) => {
    const authorization = bearers.get(repository) ?? "";
    const path = `/acr/v1/${prefix}${repository}${rest}`;
    return send([registry, method, path, { authorization }], status);
  };
  return {
    /** The app's own identity, exchanged for a refresh token of the registry. */
    async signIn(): Promise<string> {
      const access_token = await identityToken(settings);
      const grant = { grant_type: "access_token", service: login, access_token };
      const body = new URLSearchParams(grant).toString();
      const reply = await send([registry, "POST", "/oauth2/exchange", form, body], 200);
      return (JSON.parse(reply.body) as { refresh_token: string }).refresh_token;
    },
    async getTokens(repository: string, refresh_token: string): Promise<void> {
      const scope = `repository:${prefix}${repository}:pull,delete,metadata_read`;
      const grant = { grant_type: "refresh_token", service: login, scope, refresh_token };
      const body = new URLSearchParams(grant).toString();
      const own = await send([registry, "POST", "/oauth2/token", form, body], 200);
      const path = `/token?service=registry.docker.io&scope=repository:${repository}:pull`;
      const theirs = await send([hubTokens, "GET", path], 200);
      const { access_token } = JSON.parse(own.body) as { access_token: string };
      bearers.set(repository, `Bearer ${access_token}`);
      hubBearers.set(repository, `Bearer ${(JSON.parse(theirs.body) as { token: string }).token}`);
    },
    async list(repository: string, found: (tag: string, digest: string) => void): Promise<void> {
      let rest: string | undefined = "/_tags?n=100";
      while (rest !== undefined) {
        const reply: Reply = await data("GET", repository, rest);
        const page = JSON.parse(reply.body) as { tags: { name: string; digest: string }[] };
        for (const one of page.tags) found(one.name, one.digest);
        rest = /<[^>]+(\/_tags\?[^>]+)>/.exec(String(reply.headers["link"] ?? ""))?.[1];
      }
    },
    repository: (repository: string) => data("GET", repository, ""),
    tag: (repository: string, tag: string) => data("GET", repository, `/_tags/${tag}`),
    manifest: (repository: string, digest: string) =>
      data("GET", repository, `/_manifests/${digest}`),
    untag: (repository: string, tag: string) => data("DELETE", repository, `/_tags/${tag}`, 202),
    pull(method: "GET" | "HEAD", repository: string, reference: string) {
      const headers = { accept, authorization: bearers.get(repository) ?? "" };
      const path = `/v2/${prefix}${repository}/manifests/${reference}`;
      return send([registry, method, path, headers], 200);
    },
    head(repository: string, tag: string) {
      const headers = { accept, authorization: hubBearers.get(repository) ?? "" };
      return send([hub, "HEAD", `/v2/${repository}/manifests/${tag}`, headers], 200);
    },
  };
}

function identityToken(settings: CloudPlaces["settings"]): Promise<string> {
  const { IDENTITY_ENDPOINT = "", IDENTITY_HEADER = "" } = settings;
  const query = "api-version=2019-08-01&resource=https://containerregistry.azure.net";
  const headers = { "x-identity-header": IDENTITY_HEADER };
  return new Promise((resolve, reject) => {
    const sent = plainRequest(`${IDENTITY_ENDPOINT}?${query}`, { headers }, (answer) => {
      let text = "";
      answer.on("data", (part: Buffer) => {
        text += part.toString();
      });
      answer.once("end", () =>
        resolve((JSON.parse(text) as { access_token: string }).access_token),
      );
    });
    sent.once("error", reject);
    sent.end();
  });
}
