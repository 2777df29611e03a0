import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Answer } from "../local/service.ts";
import { bearer, type Hosts, hosts, registryError } from "./oci-hosts.ts";

/* The tags of an upstream, page by page, in each host's way of naming the next one. */

let net: Hosts;
beforeAll(async () => {
  net = await hosts("quay.io", "registry.k8s.io", "*.pkg.dev");
});
afterAll(() => net.close());

const page = (tags: unknown, link?: string | readonly string[]): Answer => ({
  status: 200,
  ...(link !== undefined && { headers: { Link: link } }),
  body: { name: "a/b", tags },
});
const first = "GET quay.io/v2/a/b/tags/list?n=1000";
const numbered = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => `v${String(from + index).padStart(5, "0")}`);

/** The cursor that comes with this Link, and the request that it leads to. */
async function follow(link: string | readonly string[]): Promise<string | undefined> {
  const upstreams = net.script(() => page(["1"], link));
  const found = await upstreams.tags("quay.io", "a/b", undefined, undefined);
  if (found.kind !== "listed") return found.message;
  if (found.next === undefined) return undefined;
  net.seen.length = 0;
  await upstreams.tags("quay.io", "a/b", found.next, undefined);
  return net.seen[0];
}

describe("the first page", () => {
  it("has a thousand tags at most, asked for without a token where none is wanted", async () => {
    const upstreams = net.script(() => page(["1.0", "latest"]));

    expect(await upstreams.tags("quay.io", "a/b", undefined, undefined)).toEqual({
      kind: "listed",
      tags: ["1.0", "latest"],
    });
    expect(net.seen).toEqual([first]);
  });

  it.each([
    ["none", []],
    ["null", null],
  ])("may have %s", async (_name, tags) => {
    const upstreams = net.script(() => page(tags));

    const found = await upstreams.tags("quay.io", "a/b", undefined, undefined);

    expect(found).toEqual({ kind: "listed", tags: [] });
  });

  it("leaves out what can be no tag", async () => {
    const upstreams = net.script(() => page(["1", "../x", "a b", "", "x".repeat(129), "2"]));

    const found = await upstreams.tags("quay.io", "a/b", undefined, undefined);

    expect(found).toEqual({ kind: "listed", tags: ["1", "2"] });
  });

  it("may be all there are, from a host that does not page", async () => {
    const all = numbered(5000);
    const upstreams = net.script(() => page(all));

    const found = await upstreams.tags("quay.io", "a/b", undefined, undefined);

    expect(found).toEqual({ kind: "listed", tags: all });
  });

  it("is found through a redirect, with its next one", async () => {
    const region = "https://europe-west1-docker.pkg.dev";
    const upstreams = net.script((call) =>
      call.host === "registry.k8s.io"
        ? { status: 307, headers: { Location: `${region}/v2/x/pause/tags/list${search(call)}` } }
        : page(["1"], '</v2/x/pause/tags/list?n=1000&last=1>; rel="next"'),
    );
    const search = ({ query }: { readonly query: URLSearchParams }) => `?${query.toString()}`;

    const found = await upstreams.tags("registry.k8s.io", "pause", undefined, undefined);
    const next = found.kind === "listed" ? found.next : undefined;
    await upstreams.tags("registry.k8s.io", "pause", next, undefined);

    expect(net.seen.at(-1)).toBe(
      "GET europe-west1-docker.pkg.dev/v2/x/pause/tags/list?n=1000&last=1",
    );
  });
});

describe("the next page", () => {
  const list = "/v2/a/b/tags/list";
  it.each([
    ["relative", `<${list}?last=1&n=1000>; rel="next"`, "?last=1&n=1000"],
    ["whole", `<https://quay.io${list}?n=1000&last=1>; rel=next`, "?n=1000&last=1"],
    ["Quay's own", `<${list}?next_page=gAAA%3D&n=50>; rel="next"`, "?next_page=gAAA=&n=50"],
    ["without a size", `<${list}?last=1>; rel="next"`, "?last=1&n=1000"],
    ["below this one", '<list?last=1&n=1000>; rel="next"', "?last=1&n=1000"],
    [
      "among others",
      `<${list}?last=0>; rel="prev", <${list}?last=1&n=9>; title="a"; rel="last next"`,
      "?last=1&n=9",
    ],
    [
      "a second header",
      [`<${list}?n=1>; rel="first"`, `<${list}?last=1&n=9>;rel="Next"`],
      "?last=1&n=9",
    ],
  ] as const)("is %s", async (_name, link, query) => {
    expect(await follow(link)).toBe(`GET quay.io${list}${query}`);
  });

  it.each([
    ["another relation", `<${list}?last=1>; rel="prev"`],
    ["no relation", `<${list}?last=1>`],
    ["a relation in another's name", `<${list}?last=1>; title="rel=next"`],
    ["nothing readable", "next"],
  ])("is not there with %s", async (_name, link) => {
    expect(await follow(link)).toBeUndefined();
  });

  it.each([
    ["https://evil.example/v2/a/b/tags/list?last=1", "https://evil.example"],
    ["//evil.example/v2/a/b/tags/list?last=1", "https://evil.example"],
    ["http://quay.io/v2/a/b/tags/list?last=1", "http://quay.io"],
    ["https://quay.io:444/v2/a/b/tags/list?last=1", "https://quay.io:444"],
    ["/v2/c/d/tags/list?last=1", "https://quay.io"],
    ["../../../token?last=1", "https://quay.io"],
  ])("is not taken from %s", async (target, shown) => {
    expect(await follow(`<${target}>; rel="next"`)).toBe(
      `quay.io has its next page elsewhere, at ${shown}.`,
    );
  });

  it("is not looked for behind what is no address", async () => {
    expect(await follow('<https://>; rel="next"')).toContain("no readable address");
  });

  it("that is this one again is an end without an answer", async () => {
    const upstreams = net.script(() => page(["1"], `<${list}?last=1&n=1000>; rel="next"`));

    const found = await upstreams.tags("quay.io", "a/b", "last=1&n=1000", undefined);

    expect(found).toEqual({
      kind: "couldNotAsk",
      message: "The pages of quay.io/a/b's tags do not come to an end.",
    });
  });

  it("follows a full page that does not announce one", async () => {
    const pages = [numbered(1000), numbered(3, 1000)];
    const upstreams = net.script((call) => page(pages[call.query.has("last") ? 1 : 0]));

    const found = await upstreams.tags("quay.io", "a/b", undefined, undefined);
    const next = found.kind === "listed" ? found.next : undefined;

    expect(await upstreams.tags("quay.io", "a/b", next, undefined)).toEqual({
      kind: "listed",
      tags: ["v01000", "v01001", "v01002"],
    });
    expect(net.seen[1]).toBe(`GET quay.io${list}?last=v00999&n=1000`);
  });

  it("ends with a host that repeats itself", async () => {
    const upstreams = net.script(() => page(numbered(1000)));

    const found = await upstreams.tags("quay.io", "a/b", "last=v00999&n=1000", undefined);

    expect(found).not.toHaveProperty("next");
  });

  it("can be named by a tag", async () => {
    const upstreams = net.script(() => page([]));

    await upstreams.tags("quay.io", "a/b", "v1.2", undefined);

    expect(net.seen).toEqual([`GET quay.io${list}?last=v1.2&n=1000`]);
  });
});

describe("answers that are no list", () => {
  type Row = readonly [name: string, answer: Answer, kind: string, message: RegExp, after?: number];
  const rows: readonly Row[] = [
    ["404", registryError(404, "NAME_UNKNOWN"), "absent", /no tags of a\/b: .* 404 \(NAME_UNKNOWN/],
    ["403", { status: 403 }, "denied", /403/],
    ["405", { status: 405 }, "couldNotAsk", /405 to GET the tags of a\/b/],
    ["429", { status: 429, headers: { "Retry-After": "9" } }, "couldNotAsk", /429/, 9],
    ["502", { status: 502, body: "<html>" }, "couldNotAsk", /502/],
    ["HTML", { status: 200, body: "<html>" }, "couldNotAsk", /could not be read/],
    ["tags that are no texts", page([1]), "couldNotAsk", /could not be read/],
    ["another shape", { status: 200, body: [] }, "couldNotAsk", /could not be read/],
    ["more than a mebibyte", page(["x".repeat(1_048_576)]), "couldNotAsk", /than 1048576 bytes/],
  ];
  it.each(
    rows.map(([name, answer, kind, message, after]) => ({ name, answer, kind, message, after })),
  )("$name is $kind", async ({ answer, kind, message, after }) => {
    const found = await net.script(() => answer).tags("quay.io", "a/b", undefined, undefined);

    expect(found.kind).toBe(kind);
    expect("message" in found ? found.message : "").toMatch(message);
    expect("retryAfterSeconds" in found ? found.retryAfterSeconds : undefined).toBe(after);
  });

  it("nobody is asked for a repository that can be none", async () => {
    const found = await net.script(() => page([])).tags("quay.io", "../a", undefined, undefined);

    expect([found.kind, net.seen]).toEqual(["couldNotAsk", []]);
  });

  it("a token is asked for where one is wanted", async () => {
    const upstreams = net.script((call) => {
      if (call.path === "/v2/auth") return { status: 200, body: { token: "t" } };
      return call.headers.authorization ? page(["1"]) : bearer('realm="https://quay.io/v2/auth"');
    });

    await upstreams.tags("quay.io", "a/b", undefined, undefined);

    expect(net.seen).toEqual([
      first,
      "GET quay.io/v2/auth?scope=repository:a/b:pull",
      `${first} Bearer t`,
    ]);
  });
});
