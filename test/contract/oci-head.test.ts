import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Answer, Call } from "../local/service.ts";
import { bearer, type Hosts, hosts, login, registryError } from "./oci-hosts.ts";

/* The digest of a tag: what each answer comes to, and when a manifest is fetched for it. */

let net: Hosts;
beforeAll(async () => {
  net = await hosts("quay.io", "registry.k8s.io", "*.pkg.dev");
});
afterAll(() => net.close());

/** Two manifests, with the digests that sha256sum and its kin give them. */
const manifest = '{"schemaVersion":2}';
const sha256 = "sha256:bafebd36189ad3688b7b3915ea55d461e0bfcfbdde11e54b0a123999fb6be50f";
const sha384 =
  "sha384:a97ee35ffacc7feba25058e0a2f80e5fbf6c31ff61bfb638c750155fca8ff5fed40728e91d605c6d949fc8c085c553e6";
const sha512 =
  "sha512:63f87a5b21b700711f6dd1cabacfdea21e33fb2fb220d00be07d7fcd1de3f085e5b7ee51c25be6b9a5f054d904f36da93e0fff53fdd5fb223acd8075bc5ff465";
const latin1 = Buffer.from('{"schemaVersion":2,"name":"\xe9"}', "latin1");
const latin1Digest = "sha256:c60278ae6e00cdb861861eef94aa149e16fd6d74b9e325652713538fb5baf68c";
const other = `sha256:${"0".repeat(64)}`;

const named = (digest: string, body?: unknown): Answer => ({
  status: 200,
  headers: { "Docker-Content-Digest": digest },
  body,
});
const bare = (body?: unknown): Answer => ({ status: 200, body });
const methodRefused: Answer = registryError(405, "UNSUPPORTED");

interface Script {
  readonly head: Answer;
  readonly get?: Answer;
}
const play = ({ head, get }: Script) =>
  net.script((call: Call) => {
    if (call.path === "/v2/auth") return { status: 200, body: { token: "t" } };
    if (call.path === "/v2/") return bearer('realm="https://quay.io/v2/auth",service="quay.io"');
    return (call.method === "HEAD" ? head : get) ?? { status: 500 };
  });
const gets = () => net.seen.filter((line) => /^GET .*manifests/.test(line));

describe("a digest in the answer to HEAD", () => {
  it("is the answer, and costs nothing else", async () => {
    const found = await play({ head: named(sha256) }).head("quay.io", "a/b", "v1", undefined);

    expect(found).toEqual({ kind: "found", digest: sha256, rate: { kind: "unlimited" } });
    expect(net.seen).toEqual(["HEAD quay.io/v2/a/b/manifests/v1"]);
  });

  it("comes with what is left of the pulls", async () => {
    const head = named(sha256);
    const rated = {
      "ratelimit-limit": "200;w=21600",
      "ratelimit-remaining": "76;w=21600",
      "docker-ratelimit-source": "3f1c6a2e-5b7d-4c0e-9a51-0d8f2b7c1e44",
    };
    const upstreams = play({ head: { ...head, headers: { ...head.headers, ...rated } } });

    expect(await upstreams.head("quay.io", "a/b", "v1", login)).toEqual({
      kind: "found",
      digest: sha256,
      rate: {
        kind: "limited",
        limit: 200,
        remaining: 76,
        windowSeconds: 21_600,
        account: "3f1c6a2e-5b7d-4c0e-9a51-0d8f2b7c1e44",
      },
    });
  });

  it("is asked for with the whole Accept list, indexes first", async () => {
    let accept: string | undefined;
    const upstreams = net.script((call) => {
      accept = call.headers.accept;
      return named(sha256);
    });
    await upstreams.head("quay.io", "a/b", "v1", undefined);

    expect(accept).toBe(
      "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json, " +
        "application/vnd.docker.distribution.manifest.list.v2+json, application/vnd.docker.distribution.manifest.v2+json",
    );
  });

  it("is found through registry.k8s.io's redirect to a region", async () => {
    const region = "https://europe-west1-docker.pkg.dev/v2/k8s-artifacts-prod/images";
    const upstreams = net.script((call) =>
      call.host === "registry.k8s.io"
        ? { status: 307, headers: { Location: `${region}/pause/manifests/3.9` } }
        : named(sha256),
    );

    const found = await upstreams.head("registry.k8s.io", "pause", "3.9", undefined);

    expect(found).toMatchObject({ kind: "found", digest: sha256 });
  });
});

describe("without one", () => {
  type Row = readonly [name: string, script: Script, digest: string];
  const rows: readonly Row[] = [
    ["no header on either (quay#1310)", { head: bare(), get: bare(manifest) }, sha256],
    ["HEAD refused (distribution#1485)", { head: methodRefused, get: bare(manifest) }, sha256],
    ["a header on GET alone", { head: bare(), get: named(sha256, manifest) }, sha256],
    ["a header that is no digest", { head: named("latest"), get: bare(manifest) }, sha256],
    ["a digest cut short", { head: named(sha256.slice(0, -1)), get: bare(manifest) }, sha256],
    [
      "a digest in capitals",
      { head: named(sha256.toUpperCase()), get: named(sha256, manifest) },
      sha256,
    ],
    ["two digests", { head: named(`${sha256}, ${other}`), get: named(sha256, manifest) }, sha256],
    ["a SHA-512", { head: named(sha512), get: named(sha512, manifest) }, sha256],
    ["a SHA-384", { head: named(sha384), get: named(sha384, manifest) }, sha256],
    ["bytes that are no UTF-8", { head: bare(), get: named(latin1Digest, latin1) }, latin1Digest],
  ];
  it.each(rows.map(([name, script, digest]) => ({ name, script, digest })))(
    "$name: it is computed from the manifest",
    async ({ script, digest }) => {
      const found = await play(script).head("quay.io", "a/b", "v1", undefined);

      expect(found).toEqual({ kind: "found", digest, rate: { kind: "unlimited" } });
      expect(gets()).toEqual(["GET quay.io/v2/a/b/manifests/v1"]);
    },
  );

  it("nobody may pack the manifest on the way", async () => {
    let encoding: string | undefined;
    const upstreams = net.script((call) => {
      encoding = call.headers["accept-encoding"] as string | undefined;
      return bare(call.method === "HEAD" ? undefined : manifest);
    });
    await upstreams.head("quay.io", "a/b", "v1", undefined);

    expect(encoding).toBe("identity");
  });
});

describe("what cannot be trusted", () => {
  const packed = { ...bare(manifest), headers: { "Content-Encoding": "gzip" } };
  type Row = readonly [name: string, get: Answer, message: RegExp];
  const rows: readonly Row[] = [
    [
      "another digest than the bytes'",
      named(other, manifest),
      /^quay\.io sent a manifest as sha256:000000000000… whose bytes are sha256:bafebd36189a…: a\/b:v1\.$/,
    ],
    ["another SHA-512", named(`sha512:${"0".repeat(128)}`, manifest), /sha512:63f87a5b21b7…/],
    ["a manifest that is packed all the same", packed, /packed/],
    ["a page of HTML", bare("<html>log in</html>"), /no manifest, without its digest/],
    ["schema 1, whose digest is another matter", bare('{"schemaVersion":1}'), /no manifest/],
    ["JSON that is no manifest", bare([1]), /no manifest/],
    ["nothing", bare(""), /no manifest/],
  ];
  it.each(rows.map(([name, get, message]) => ({ name, get, message })))(
    "$name",
    async ({ get, message }) => {
      const found = await play({ head: bare(), get }).head("quay.io", "a/b", "v1", undefined);

      expect(found).toEqual({ kind: "couldNotAsk", message: expect.stringMatching(message) });
    },
  );
});

describe("answers that settle the question without a manifest", () => {
  type Row = readonly [name: string, script: Script, kind: string, gets: number, after?: number];
  const rows: readonly Row[] = [
    ["404", { head: registryError(404, "MANIFEST_UNKNOWN") }, "absent", 0],
    ["404 to the GET", { head: bare(), get: registryError(404, "MANIFEST_UNKNOWN") }, "absent", 1],
    ["403", { head: { status: 403 } }, "denied", 0],
    ["401", { head: { status: 401, headers: { "WWW-Authenticate": "Basic" } } }, "couldNotAsk", 0],
    [
      "401 for want of scope",
      { head: bearer('realm="https://quay.io/v2/auth",error="insufficient_scope"') },
      "denied",
      0,
    ],
    [
      "429 with Retry-After",
      { head: { status: 429, headers: { "Retry-After": "17" } } },
      "couldNotAsk",
      0,
      17,
    ],
    [
      "429 to the GET: Docker Hub's pull limit, with a user name in it",
      {
        head: methodRefused,
        get: registryError(429, "TOOMANYREQUESTS", "limit as 'reader': dckr_jti_0123abc."),
      },
      "couldNotAsk",
      1,
    ],
    [
      "GHCR's wait in the body",
      { head: bare(), get: registryError(429, "TOOMANYREQUESTS", "retry-after: 3.5s, allowed: 1") },
      "couldNotAsk",
      1,
      4,
    ],
    ["503", { head: { status: 503 } }, "couldNotAsk", 0],
    ["204", { head: { status: 204 } }, "couldNotAsk", 0],
    ["400", { head: { status: 400 } }, "couldNotAsk", 0],
    ["405 twice", { head: methodRefused, get: methodRefused }, "couldNotAsk", 1],
    ["403 to the GET", { head: bare(), get: { status: 403 } }, "denied", 1],
  ];
  it.each(rows.map(([name, script, kind, count, after]) => ({ name, script, kind, count, after })))(
    "$name is $kind",
    async ({ script, kind, count, after }) => {
      const found = await play(script).head("quay.io", "a/b", "v1", undefined);

      expect(found.kind).toBe(kind);
      expect("retryAfterSeconds" in found ? found.retryAfterSeconds : undefined).toBe(after);
      expect(gets()).toHaveLength(count);
      expect(JSON.stringify(found)).not.toMatch(/reader|dckr_jti/);
    },
  );

  it.each([
    ["quay.io", "a/../b", "v1"],
    ["quay.io", "a/b", "v1?x=1"],
    ["quay.io", "a/b", other],
    ["registry.example.com", "a/b", "v1"],
  ])("nobody is asked for %s/%s:%s", async (host, repository, tag) => {
    const found = await play({ head: named(sha256) }).head(host, repository, tag, undefined);

    expect([found.kind, net.seen]).toEqual(["couldNotAsk", []]);
  });
});
