import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Answer, Call } from "../local/service.ts";
import { basic, bearer, type Hosts, hosts, login, registryError } from "./oci-hosts.ts";

/* The token dance of each host as facts/docker-hub.md section 3 tells it: which requests go out. */

let net: Hosts;
beforeAll(async () => {
  net = await hosts("registry-1.docker.io", "auth.docker.io", "ghcr.io", "quay.io", "nvcr.io");
});
afterAll(() => net.close());

const hub = 'realm="https://auth.docker.io/token",service="registry.docker.io"';
const ok: Answer = { status: 200, headers: { "Docker-Content-Digest": "sha256:aa" } };
const token = (value: string, more: object = {}): Answer => ({
  status: 200,
  body: { token: value, access_token: value, expires_in: 300, ...more },
});
const authorized = (call: Call) => call.headers.authorization;

describe("Docker Hub", () => {
  const tagHead = "HEAD registry-1.docker.io/v2/library/nginx/manifests/latest";
  const tokenGet =
    "GET auth.docker.io/token?service=registry.docker.io&scope=repository:library/nginx:pull";
  const answer = (call: Call) => {
    if (call.host === "auth.docker.io") return token(authorized(call) === basic ? "mine" : "any");
    return authorized(call) ? ok : bearer(`${hub},scope="repository:library/nginx:pull"`);
  };

  it("costs one HEAD a tag once the token is held", async () => {
    const upstreams = net.script(answer);

    await upstreams.probe("docker.io", "library/nginx", "latest", undefined);
    await upstreams.probe("docker.io", "library/nginx", "1.27", undefined);

    expect(net.seen).toEqual([
      tagHead,
      tokenGet,
      `${tagHead} Bearer any`,
      "HEAD registry-1.docker.io/v2/library/nginx/manifests/1.27 Bearer any",
    ]);
  });

  it("costs one token and one HEAD for the next repository", async () => {
    const upstreams = net.script(answer);
    await upstreams.probe("docker.io", "library/nginx", "latest", undefined);
    net.seen.length = 0;

    await upstreams.probe("docker.io", "grafana/loki", "3", undefined);

    expect(net.seen).toEqual([
      "GET auth.docker.io/token?service=registry.docker.io&scope=repository:grafana/loki:pull",
      "HEAD registry-1.docker.io/v2/grafana/loki/manifests/3 Bearer any",
    ]);
  });

  it("gives the login to the token service only, and keeps its token apart", async () => {
    const upstreams = net.script(answer);

    await upstreams.probe("docker.io", "library/nginx", "latest", login);
    await upstreams.probe("docker.io", "library/nginx", "latest", undefined);

    expect(net.seen).toEqual([
      "GET registry-1.docker.io/v2/",
      `${tokenGet} ${basic}`,
      `${tagHead} Bearer mine`,
      tokenGet,
      `${tagHead} Bearer any`,
    ]);
  });

  it("asks once more when a fresh token is turned down as invalid (cupdate#199)", async () => {
    let issued = 0;
    const upstreams = net.script((call) => {
      if (call.host === "auth.docker.io") return token(`t${++issued}`);
      return authorized(call) === "Bearer t2" ? ok : bearer(`${hub},error="invalid_token"`);
    });

    const found = await upstreams.probe("docker.io", "library/nginx", "latest", undefined);

    expect(found).toEqual({ kind: "readable" });
    expect(issued).toBe(2);
  });

  it("does not judge when no token is ever accepted (docs#11662)", async () => {
    const upstreams = net.script((call) =>
      call.host === "auth.docker.io" ? token("t") : bearer(`${hub},error="invalid_token"`),
    );

    const found = await upstreams.probe("docker.io", "library/nginx", "latest", undefined);

    expect(found).toEqual({
      kind: "couldNotAsk",
      message: "docker.io does not accept the tokens it asks for.",
    });
    expect(net.seen.length).toBe(5);
  });

  it("renews a kept token that a bare 401 answers (hub-feedback#2530)", async () => {
    let good = "t1";
    let issued = 0;
    const upstreams = net.script((call) => {
      if (call.host === "auth.docker.io") return token(`t${++issued}`);
      if (!authorized(call)) return bearer(hub);
      return authorized(call) === `Bearer ${good}` ? ok : { status: 401 };
    });
    await upstreams.probe("docker.io", "library/nginx", "latest", undefined);
    good = "t2";

    const found = await upstreams.probe("docker.io", "library/nginx", "latest", undefined);

    expect([found.kind, issued]).toEqual(["readable", 2]);
  });

  it("takes the registry's word when the renewed token is the same", async () => {
    let closed = false;
    const upstreams = net.script((call) => {
      if (call.host === "auth.docker.io") return token("always");
      if (!authorized(call) || closed) return bearer(hub);
      return ok;
    });
    await upstreams.probe("docker.io", "library/nginx", "latest", undefined);
    closed = true;

    const found = await upstreams.probe("docker.io", "library/nginx", "latest", undefined);

    expect(found.kind).toBe("denied");
  });

  it("asks for one token when many tags are probed at once", async () => {
    const upstreams = net.script(answer);
    await upstreams.probe("docker.io", "library/redis", "1", undefined);
    net.seen.length = 0;

    const tags = Array.from({ length: 20 }, (_, index) => `t${index}`);
    await Promise.all(
      tags.map((tag) => upstreams.probe("docker.io", "library/nginx", tag, undefined)),
    );

    expect(net.seen.filter((line) => line.includes("/token"))).toHaveLength(1);
    expect(net.seen).toHaveLength(21);
  });
});

describe("other dialects", () => {
  type Row = readonly [name: string, challenge: Answer, tokenRequest: string, body: object];
  const rows: readonly Row[] = [
    [
      "nvcr.io: no service, a wide scope inside the realm",
      bearer('realm="https://nvcr.io/proxy_auth?scope=repository:nvidia/x:pull,push&account=a"'),
      "GET nvcr.io/proxy_auth?account=a&scope=repository:nvidia/x:pull",
      { token: "t" },
    ],
    [
      "a relative realm",
      bearer('realm="/auth",service="s"'),
      "GET nvcr.io/auth?service=s&scope=repository:nvidia/x:pull",
      { access_token: "t", expires_in: 1 },
    ],
    [
      "two challenges in one header",
      {
        status: 401,
        headers: {
          "WWW-Authenticate":
            'Basic realm="https://nvcr.io/basic", Bearer realm="https://nvcr.io/t",service=bare,scope="*"',
        },
      },
      "GET nvcr.io/t?service=bare&scope=repository:nvidia/x:pull",
      { token: "t", expires_in: null },
    ],
    [
      "two headers",
      {
        status: 401,
        headers: { "WWW-Authenticate": ['Basic realm="b"', 'Bearer realm="https://nvcr.io/t"'] },
      },
      "GET nvcr.io/t?scope=repository:nvidia/x:pull",
      { token: "", access_token: "t" },
    ],
  ];
  it.each([...rows])("%s", async (_name, challenge, tokenRequest, body) => {
    const upstreams = net.script((call) => {
      if (call.path !== "/v2/nvidia/x/manifests/1") return { status: 200, body };
      return authorized(call) === "Bearer t" ? ok : challenge;
    });

    const found = await upstreams.probe("nvcr.io", "nvidia/x", "1", undefined);

    expect(found).toEqual({ kind: "readable" });
    expect(net.seen[1]).toBe(tokenRequest);
  });

  it("quay.io's public repositories take no token at all", async () => {
    const upstreams = net.script(() => ok);

    await upstreams.probe("quay.io", "coreos/etcd", "v3", undefined);

    expect(net.seen).toEqual(["HEAD quay.io/v2/coreos/etcd/manifests/v3"]);
  });

  it("quay.io's public repositories do not hide a bad login", async () => {
    const upstreams = net.script((call) => {
      if (call.path === "/v2/auth") return registryError(401, "UNAUTHORIZED");
      if (call.path === "/v2/") return bearer('realm="https://quay.io/v2/auth",service="quay.io"');
      return ok;
    });

    expect(await upstreams.probe("quay.io", "coreos/etcd", "v3", login)).toEqual({
      kind: "badLogin",
      message:
        "quay.io turned down the user name and password: quay.io answered 401 (UNAUTHORIZED).",
    });
  });

  it("GHCR finds an index only with the whole Accept list (niks3#229)", async () => {
    const upstreams = net.script((call) =>
      call.headers.accept?.includes("application/vnd.oci.image.index.v1+json")
        ? ok
        : registryError(404, "MANIFEST_UNKNOWN"),
    );

    expect(await upstreams.probe("ghcr.io", "a/b", "latest", undefined)).toEqual({
      kind: "readable",
    });
  });
});
