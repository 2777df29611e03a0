import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Answer, Call } from "../local/service.ts";
import { basic, bearer, type Hosts, hosts, login, registryError } from "./oci-hosts.ts";

/* What each answer of an upstream comes to. Asked of ghcr.io, whose realm is its own host. */

let net: Hosts;
beforeAll(async () => {
  net = await hosts("ghcr.io");
});
afterAll(() => net.close());

const challenge = bearer('realm="https://ghcr.io/token",service="ghcr.io"');
const jwt: Answer = { status: 200, body: { token: "t" } };
const json = (body: unknown): Answer => ({ status: 200, body });
const hubLimit =
  "You have reached your pull rate limit as 'reader': dckr_jti_0123abc. You may increase the limit.";

/** A registry with the token dance, and one answer each to HEAD, to the tag list and to the token requests. */
interface Script {
  readonly head?: Answer;
  readonly tags?: Answer;
  readonly token?: Answer;
  /** To the token request without a scope. */
  readonly unscoped?: Answer;
  readonly root?: Answer;
}
const play = (script: Script) =>
  net.script((call: Call) => {
    if (call.path === "/token") {
      return (call.query.has("scope") ? script.token : script.unscoped) ?? jwt;
    }
    if (call.path === "/v2/") return script.root ?? challenge;
    if (call.headers.authorization !== "Bearer t") return challenge;
    return (call.method === "HEAD" ? script.head : script.tags) ?? { status: 500 };
  });

const missing = registryError(404, "MANIFEST_UNKNOWN");
type Row = readonly [
  name: string,
  script: Script,
  kind: string,
  message: RegExp | string,
  after?: number,
];

const anonymous: readonly Row[] = [
  ["a tag", { head: { status: 200 } }, "readable", ""],
  [
    "no such tag, but others",
    { head: missing, tags: json({ name: "a/b", tags: ["1"] }) },
    "readable",
    "",
  ],
  ["no tags yet", { head: missing, tags: json({ name: "a/b", tags: null }) }, "readable", ""],
  [
    "no such repository",
    { head: missing, tags: registryError(404, "NAME_UNKNOWN") },
    "unknownRepository",
    'ghcr.io has no repository "a/b": ghcr.io answered 404 (NAME_UNKNOWN).',
  ],
  [
    "404 twice, the second in HTML",
    { head: missing, tags: { status: 404, body: "<html>" } },
    "unknownRepository",
    /404\.$/,
  ],
  [
    "a token refused with 401: private or absent",
    { token: registryError(401, "UNAUTHORIZED") },
    "denied",
    "ghcr.io/a/b does not exist or it cannot be read without a login: ghcr.io answered 401 (UNAUTHORIZED).",
  ],
  ["a token refused with 403", { token: registryError(403, "DENIED") }, "denied", /403 \(DENIED\)/],
  ["401 after a good token", { head: challenge }, "denied", /ghcr\.io answered 401\.$/],
  [
    "401 for want of scope",
    { head: bearer('realm="https://ghcr.io/token",error="insufficient_scope"') },
    "denied",
    /401/,
  ],
  ["403 after a good token", { head: { status: 403 } }, "denied", /403/],
  [
    "429 with Retry-After",
    { head: { status: 429, headers: { "Retry-After": "17" } } },
    "couldNotAsk",
    "ghcr.io answered 429 to HEAD a/b.",
    17,
  ],
  ["429 without", { head: { status: 429 } }, "couldNotAsk", /429/],
  [
    "GHCR's 429 for a token",
    {
      token: registryError(429, "TOOMANYREQUESTS", "retry-after: 880.092µs, allowed: 44000/minute"),
    },
    "couldNotAsk",
    "ghcr.io answered 429 (TOOMANYREQUESTS) to the request for a token.",
    1,
  ],
  [
    "Quay's 429 for the tag list",
    { head: missing, tags: { status: 429, body: "<html>429 Too Many Requests nginx</html>" } },
    "couldNotAsk",
    "ghcr.io answered 429 to GET a/b.",
  ],
  ["503", { head: { status: 503 } }, "couldNotAsk", /503/],
  ["405: HEAD is not to be had, and GET costs", { head: { status: 405 } }, "couldNotAsk", /405/],
  ["an odd success", { head: { status: 204 } }, "couldNotAsk", /204/],
  [
    "a tag list that is none",
    { head: missing, tags: { status: 200, body: "<html>" } },
    "couldNotAsk",
    /tag list could not be read/,
  ],
  [
    "a tag list that may not be read",
    { head: missing, tags: { status: 403 } },
    "couldNotAsk",
    /its tags may not be listed/,
  ],
  ["a tag list with 405", { head: missing, tags: { status: 405 } }, "couldNotAsk", /answered 405/],
  ["a token service that is down", { token: { status: 502 } }, "couldNotAsk", /502/],
  ["a token that is no JSON", { token: { status: 200, body: "ok" } }, "couldNotAsk", /with none/],
  ["a token that is no text", { token: json({ token: 7 }) }, "couldNotAsk", /with none/],
  ["a token with a line break", { token: json({ token: "a\r\nb" }) }, "couldNotAsk", /with none/],
  ["an empty token", { token: json({ token: "" }) }, "couldNotAsk", /with none/],
  ["a redirected token request", { token: { status: 302 } }, "couldNotAsk", /302/],
];

const withLogin: readonly Row[] = [
  ["a tag", { head: { status: 200 } }, "readable", ""],
  [
    "a login that is bad (acorn-io/runtime#1396)",
    { token: registryError(403, "DENIED"), unscoped: registryError(403, "DENIED") },
    "badLogin",
    "ghcr.io turned down the user name and password: ghcr.io answered 403 (DENIED).",
  ],
  [
    "a good login for something private or absent",
    { token: registryError(403, "DENIED"), unscoped: jwt },
    "denied",
    "ghcr.io/a/b does not exist or this login may not read it: ghcr.io answered 403 (DENIED).",
  ],
  [
    "401, and no token without a scope",
    { token: { status: 401 }, unscoped: { status: 400 } },
    "badLogin",
    /401/,
  ],
  [
    "403, and no token without a scope",
    { token: { status: 403 }, unscoped: { status: 400 } },
    "denied",
    /403/,
  ],
  [
    "a login that cannot be tested now",
    { token: { status: 401 }, unscoped: { status: 429, headers: { "Retry-After": "3" } } },
    "couldNotAsk",
    /429/,
    3,
  ],
  ["403 after a good token", { head: { status: 403 } }, "denied", /this login may not/],
  [
    "the pull limit's text, with user name and token id in it",
    { token: registryError(429, "TOOMANYREQUESTS", hubLimit) },
    "couldNotAsk",
    /429 \(TOOMANYREQUESTS\)/,
  ],
  ["a registry that is down", { root: { status: 500 } }, "couldNotAsk", /500/],
  ["a registry without /v2/", { root: { status: 404 }, head: { status: 200 } }, "readable", ""],
];

describe.each([
  ["without a login", undefined, anonymous],
  ["with a login", login, withLogin],
] as const)("%s", (_name, given, rows) => {
  it.each(rows.map((row) => ({ row })))("$row.0", async ({ row }) => {
    const [, script, kind, message, after] = row;
    const found = await play(script).probe("ghcr.io", "a/b", "latest", given);

    expect(found.kind).toBe(kind);
    expect("message" in found ? found.message : "").toMatch(message);
    expect("retryAfterSeconds" in found ? found.retryAfterSeconds : undefined).toBe(after);
    expect(JSON.stringify(found)).not.toMatch(/reader|s3cret|dckr_jti|cmVhZGVy/);
    expect(net.seen.filter((line) => /^GET .*manifests/.test(line))).toEqual([]);
    expect(net.seen.filter((line) => line.includes(basic) && !line.includes("/token"))).toEqual([]);
  });
});

describe("what is no question for an upstream", () => {
  it.each([
    ["ghcr.io", "a/../b", "latest", "unknownRepository"],
    ["ghcr.io", "A/b", "latest", "unknownRepository"],
    ["ghcr.io", "a/b", "x?n=1", "couldNotAsk"],
    ["registry.example.com", "a/b", "latest", "couldNotAsk"],
    ["evil.example/.pkg.dev", "a/b", "latest", "couldNotAsk"],
  ])("%s/%s:%s is %s, and nobody is asked", async (host, repository, tag, kind) => {
    const found = await net.script(() => ({ status: 200 })).probe(host, repository, tag, login);

    expect(found.kind).toBe(kind);
    expect(net.seen).toEqual([]);
  });
});

describe("a realm that moved", () => {
  it("is learnt anew after its old address failed", async () => {
    let realm = "/old";
    const upstreams = net.script((call) => {
      if (call.path === "/new") return jwt;
      if (call.path === "/old") return realm === "/old" ? jwt : { status: 404 };
      return call.headers.authorization ? { status: 200 } : bearer(`realm="${realm}"`);
    });
    await upstreams.probe("ghcr.io", "a/b", "latest", login);
    realm = "/new";

    const kinds: string[] = [];
    for (const _try of [1, 2]) {
      kinds.push((await upstreams.probe("ghcr.io", "c/d", "latest", login)).kind);
    }

    expect(kinds).toEqual(["couldNotAsk", "readable"]);
  });
});
