import { request as plainRequest } from "node:http";
import { type ClientReport, type ClientTask, type Phase, phaseEnded, report } from "./client-protocol.ts";
import { asker, type Door, inFlight, type Reply } from "./pool.ts";
import { platforms } from "./workload.ts";

/*
 * The floor: a bare pool of 64 requests that sends what has to be sent and keeps nothing, forked with
 * a ClientTask. It knows beforehand what Larder must find out: where tokens are, that nothing fails.
 */

const inFlightLimit = 64;
const prefix = "docker.io/";
const accept = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

interface Tag {
  readonly repository: string;
  readonly tag: string;
  readonly cached: string;
  upstream: string;
}

const { places, repositories } = JSON.parse(process.argv[2] ?? "{}") as ClientTask;
const ask = asker();
const registry: Door = { host: places.registry, port: Number(places.registry.split(":")[1]) };
const hub: Door = { host: "registry-1.docker.io", port: places.upstreamPort };
const hubTokens: Door = { host: "auth.docker.io", port: places.upstreamPort };
const digestOf = ({ headers }: Reply) => String(headers["docker-content-digest"]);
const form = { "content-type": "application/x-www-form-urlencoded" };
const each = <T>(items: readonly T[], work: (item: T) => Promise<void>) =>
  inFlight(inFlightLimit, items, work);

function must(reply: Reply, status: number, what: string): Reply {
  if (reply.status !== status) throw new Error(`${what}: ${reply.status} ${reply.body}`);
  return reply;
}

/** The app's own identity, exchanged for a refresh token of the registry. */
async function signIn(): Promise<string> {
  const { IDENTITY_ENDPOINT = "", IDENTITY_HEADER = "" } = places.settings;
  const resource = "https://containerregistry.azure.net";
  const url = `${IDENTITY_ENDPOINT}?api-version=2019-08-01&resource=${encodeURIComponent(resource)}`;
  const { access_token = "" } = await new Promise<{ access_token?: string }>((resolve, reject) => {
    plainRequest(url, { headers: { "x-identity-header": IDENTITY_HEADER } }, (answer) => {
      let text = "";
      answer.on("data", (part) => (text += String(part)));
      answer.once("end", () => resolve(JSON.parse(text) as { access_token?: string }));
    })
      .once("error", reject)
      .end();
  });
  const service = places.registry;
  const body = new URLSearchParams({ grant_type: "access_token", service, access_token });
  const reply = await ask(registry, "POST", "/oauth2/exchange", form, body.toString());
  return (JSON.parse(must(reply, 200, "exchange").body) as { refresh_token: string }).refresh_token;
}

async function cacheToken(repository: string, refresh_token: string): Promise<string> {
  const scope = `repository:${prefix}${repository}:pull,delete,metadata_read`;
  const grant = { grant_type: "refresh_token", service: places.registry, scope, refresh_token };
  const body = new URLSearchParams(grant).toString();
  const reply = must(await ask(registry, "POST", "/oauth2/token", form, body), 200, "token");
  return `Bearer ${(JSON.parse(reply.body) as { access_token: string }).access_token}`;
}

async function hubToken(repository: string): Promise<string> {
  const path = `/token?service=registry.docker.io&scope=repository:${repository}:pull`;
  const reply = must(await ask(hubTokens, "GET", path), 200, "upstream token");
  return `Bearer ${(JSON.parse(reply.body) as { token: string }).token}`;
}

async function list(repository: string, authorization: string, found: (tag: Tag) => void) {
  let path: string | undefined = `/acr/v1/${prefix}${repository}/_tags?n=100`;
  while (path !== undefined) {
    const reply: Reply = must(
      await ask(registry, "GET", path, { authorization }),
      200,
      `list ${path}`,
    );
    const page = JSON.parse(reply.body) as { tags: { name: string; digest: string }[] };
    for (const one of page.tags)
      found({ repository, tag: one.name, cached: one.digest, upstream: "" });
    path = /<([^>]+)>/.exec(String(reply.headers["link"] ?? ""))?.[1];
  }
}

const bearers = new Map<string, string>();
const pull = (method: "GET" | "HEAD", repository: string, reference: string) =>
  ask(registry, method, `/v2/${prefix}${repository}/manifests/${reference}`, {
    accept,
    authorization: bearers.get(repository) ?? "",
  });
const childrenOf = ({ body }: Reply) =>
  (JSON.parse(body) as { manifests: { digest: string; platform: { architecture: string } }[] })
    .manifests;

async function find(): Promise<Tag[]> {
  const tags: Tag[] = [];
  const hubBearers = new Map<string, string>();
  const refresh = await signIn();
  await each(repositories, async (repository) => {
    const bearer = await cacheToken(repository, refresh);
    bearers.set(repository, bearer);
    await list(repository, bearer, (tag) => void tags.push(tag));
    hubBearers.set(repository, await hubToken(repository));
  });
  await each(tags, async (one) => {
    const authorization = hubBearers.get(one.repository) ?? "";
    const path = `/v2/${one.repository}/manifests/${one.tag}`;
    one.upstream = digestOf(
      must(await ask(hub, "HEAD", path, { accept, authorization }), 200, path),
    );
  });
  return tags.filter(({ cached, upstream }) => cached !== upstream);
}

const purge = (stale: readonly Tag[]) =>
  each(stale, async ({ repository, tag }) => {
    const path = `/acr/v1/${prefix}${repository}/_tags/${tag}`;
    const authorization = bearers.get(repository) ?? "";
    must(await ask(registry, "DELETE", path, { authorization }), 202, path);
  });

const rewarm = (stale: readonly Tag[]) =>
  each(stale, async ({ repository, tag }) => {
    const index = must(await pull("GET", repository, tag), 200, tag);
    for (const { digest } of childrenOf(index))
      must(await pull("GET", repository, digest), 200, digest);
  });

/** The registry itself answers tag, index and platforms, and lists the tag so. */
async function verify(stale: readonly Tag[]): Promise<void> {
  await each(stale, async ({ repository, tag, upstream }) => {
    const index = await pull("GET", repository, tag);
    const held = index.headers["x-azure-origin"] === undefined && digestOf(index) === upstream;
    if (!held) throw new Error(`${repository}:${tag} is not proved`);
    const children = childrenOf(index);
    if (children.length !== platforms.length) throw new Error(`${tag} lacks platforms`);
    for (const { digest } of children) must(await pull("HEAD", repository, digest), 200, digest);
  });
  const listed = new Map<string, string>();
  const moved = [...new Set(stale.map(({ repository }) => repository))];
  await each(moved, (repository) =>
    list(repository, bearers.get(repository) ?? "", ({ tag, cached }) =>
      listed.set(`${repository}:${tag}`, cached),
    ),
  );
  for (const { repository, tag, upstream } of stale)
    if (listed.get(`${repository}:${tag}`) !== upstream) throw new Error(`${tag} is listed wrong`);
}

async function run(): Promise<ClientReport> {
  const phases: Phase[] = [];
  const timed = async <T>(phase: string, work: Promise<T>): Promise<T> => {
    const from = Date.now();
    const result = await work;
    const ended = { name: phase, from, to: Date.now() };
    phases.push(ended);
    await phaseEnded(ended);
    return result;
  };
  const stale = await timed("find", find());
  await timed("purge", purge(stale));
  await timed("re-warm", rewarm(stale));
  await timed("verify", verify(stale));
  return report(phases);
}

void run().then((done) => process.send?.(done, () => process.disconnect()));
