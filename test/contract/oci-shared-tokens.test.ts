import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Answer, Call } from "../local/service.ts";
import { basic, bearer, type Hosts, hosts, login, registryError } from "./oci-hosts.ts";

/* Hosts whose anonymous tokens open every public repository (facts/docker-hub.md section 3). */

let net: Hosts;
beforeAll(async () => {
  net = await hosts("ghcr.io", "public.ecr.aws", "nvcr.io");
});
afterAll(() => net.close());

const ok: Answer = {
  status: 200,
  headers: { "Docker-Content-Digest": `sha256:${"a".repeat(64)}` },
};
const challenge = bearer('realm="/token",service="s"');
const scopeOf = (call: Call) => call.query.get("scope")?.split(":")[1] ?? "";
/** The token request of a repository, and its HEAD with a token. */
const minted = (repository: string, host = "ghcr.io") =>
  `GET ${host}/token?service=s&scope=repository:${repository}:pull`;
const asked = (repository: string, token = "", host = "ghcr.io") =>
  `HEAD ${host}/v2/${repository}/manifests/1${token && ` Bearer ${token}`}`;

/** Tokens are called after their repository; `judge` says what one opens. */
function script(
  judge: (repository: string, token: string) => Answer,
  token?: (name: string) => Answer,
) {
  return net.script((call: Call) => {
    const name = scopeOf(call);
    if (call.path === "/token") {
      return token?.(name) ?? { status: 200, body: { token: `of-${name}` } };
    }
    const [, repository = ""] = /^\/v2\/(.+)\/(?:manifests|tags)\//.exec(call.path) ?? [];
    const held = call.headers.authorization?.slice("Bearer ".length);
    return held === undefined ? challenge : judge(repository, held);
  });
}
const kindsOf = async (upstreams: ReturnType<typeof script>, ...repositories: string[]) => {
  const kinds: string[] = [];
  for (const one of repositories) {
    kinds.push((await upstreams.head("ghcr.io", one, "1", undefined)).kind);
  }
  return kinds;
};

describe("a shared token", () => {
  it.each(["ghcr.io", "public.ecr.aws"])("of %s serves every repository", async (host) => {
    const upstreams = script(() => ok);

    for (const one of ["a/1", "a/2", "a/3"]) await upstreams.head(host, one, "1", undefined);

    expect(net.seen).toEqual([
      asked("a/1", "", host),
      minted("a/1", host),
      asked("a/1", "of-a/1", host),
      asked("a/2", "of-a/1", host),
      asked("a/3", "of-a/1", host),
    ]);
  });

  it("is no custom of other hosts", async () => {
    const upstreams = script(() => ok);

    for (const one of ["a/1", "a/2"]) await upstreams.head("nvcr.io", one, "1", undefined);

    expect(net.seen.slice(-2)).toEqual([
      minted("a/2", "nvcr.io"),
      asked("a/2", "of-a/2", "nvcr.io"),
    ]);
  });

  it("is not for a login", async () => {
    const upstreams = script(() => ok);

    for (const one of ["a/1", "a/2"]) await upstreams.head("ghcr.io", one, "1", login);

    expect(net.seen.filter((line) => line.includes("/token"))).toEqual([
      `${minted("a/1")} ${basic}`,
      `${minted("a/2")} ${basic}`,
    ]);
  });

  it("is asked for once by many repositories at once", async () => {
    const upstreams = script(() => ok);
    await kindsOf(upstreams, "a/0");
    net.seen.length = 0;
    const repositories = Array.from({ length: 20 }, (_, index) => `b/${index}`);

    await Promise.all(repositories.map((one) => upstreams.head("ghcr.io", one, "1", undefined)));

    expect(net.seen).toHaveLength(20);
  });
});

describe("a repository that a shared token does not open", () => {
  const own = (repository: string, token: string) => token === `of-${repository}`;

  it.each([
    ["401", challenge],
    ["401 for want of scope", bearer('realm="/token",service="s",error="insufficient_scope"')],
    ["403", registryError(403, "DENIED")],
    ["404", registryError(404, "MANIFEST_UNKNOWN")],
  ])("with %s is asked once with its own, which it keeps", async (_name, refused) => {
    const upstreams = script((repository, token) =>
      own(repository, token) || repository === "a/3" ? ok : refused,
    );

    expect(await kindsOf(upstreams, "a/1", "a/2", "a/2", "a/3")).toEqual([
      "found",
      "found",
      "found",
      "found",
    ]);
    expect(net.seen.slice(3)).toEqual([
      asked("a/2", "of-a/1"),
      minted("a/2"),
      asked("a/2", "of-a/2"),
      asked("a/2", "of-a/2"),
      asked("a/3", "of-a/1"),
    ]);
  });

  it("may be denied by either", async () => {
    const denied = registryError(403, "DENIED");
    const upstreams = script((repository) => (repository === "a/1" ? ok : denied));

    expect(await kindsOf(upstreams, "a/1", "a/2")).toEqual(["found", "denied"]);
    expect(net.seen).toHaveLength(6);
  });

  it("may lack the tag for either", async () => {
    const missing = registryError(404, "MANIFEST_UNKNOWN");
    const upstreams = script((repository) => (repository === "a/1" ? ok : missing));

    expect(await kindsOf(upstreams, "a/1", "a/2", "a/2")).toEqual(["found", "absent", "absent"]);
    expect(net.seen).toHaveLength(7);
  });

  it("for want of which no other repository suffers", async () => {
    const refusing = (name: string): Answer =>
      name === "a/private"
        ? registryError(401, "UNAUTHORIZED")
        : { status: 200, body: { token: `of-${name}` } };
    const judge = (name: string) => (name === "a/private" ? registryError(403, "DENIED") : ok);
    const upstreams = script(judge, refusing);

    const found = await Promise.all(
      ["a/private", "a/1", "a/2"].map((one) => upstreams.head("ghcr.io", one, "1", undefined)),
    );

    expect(found.map(({ kind }) => kind)).toEqual(["denied", "found", "found"]);
    expect(await kindsOf(upstreams, "a/private", "a/1", "a/3")).toEqual([
      "denied",
      "found",
      "found",
    ]);
  });

  it("leaves a throttled token service alone", async () => {
    let throttled = false;
    const upstreams = script(
      (repository, token) => (own(repository, token) ? ok : registryError(403, "DENIED")),
      (name) =>
        throttled
          ? registryError(429, "TOOMANYREQUESTS")
          : { status: 200, body: { token: `of-${name}` } },
    );
    await kindsOf(upstreams, "a/1");
    throttled = true;

    expect(await kindsOf(upstreams, "a/2")).toEqual(["couldNotAsk"]);
  });
});

describe("a shared token that has had its day", () => {
  it("is renewed for all", async () => {
    let good = "of-a/1";
    const invalid = bearer('realm="/token",service="s",error="invalid_token"');
    const upstreams = script((_repository, token) => (token === good ? ok : invalid));
    await kindsOf(upstreams, "a/1");
    good = "of-a/2";
    net.seen.length = 0;

    expect(await kindsOf(upstreams, "a/2", "a/3")).toEqual(["found", "found"]);
    expect(net.seen).toEqual([
      asked("a/2", "of-a/1"),
      minted("a/2"),
      asked("a/2", "of-a/2"),
      asked("a/3", "of-a/2"),
    ]);
  });
});
