import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Answer } from "../local/service.ts";
import { type Hosts, hosts, registryError } from "./oci-hosts.ts";
import { digest, good, other, scriptedPulls } from "./oci-pulls-script.ts";

/* What each answer of an Azure registry comes to. It is at localhost and a port, as locally. */

let net: Hosts;
let server = "";
beforeAll(async () => {
  net = await hosts("evil.example");
  server = `localhost:${net.port}`;
});
afterAll(() => net.close());

const pulls = (answer: Answer) => scriptedPulls(net, answer);
const message = (text: string) => text.replace("SERVER", server);

describe("an answer to GET", () => {
  type Row = readonly [name: string, answer: Answer, content: object];
  const index = (body: unknown) => ({ status: 200, body: JSON.stringify(body) });
  const amd64 = { digest, platform: { os: "linux", architecture: "amd64" } };
  const rows: readonly Row[] = [
    ["an image", index({ schemaVersion: 2, layers: [] }), { children: [] }],
    [
      "an index",
      index({
        schemaVersion: 2,
        manifests: [
          amd64,
          { digest: other, platform: { os: "linux", architecture: "arm64", variant: "v8" } },
          { digest: other, platform: { os: "unknown", architecture: "unknown" } },
          { digest: other },
          { digest: other, platform: "linux" },
        ],
      }),
      {
        children: [
          { digest, platform: "linux/amd64" },
          { digest: other, platform: "linux/arm64/v8" },
          { digest: other, platform: "unknown/unknown" },
          { digest: other, platform: "" },
          { digest: other, platform: "" },
        ],
      },
    ],
    [
      "a referrer",
      index({ schemaVersion: 2, subject: { digest: other } }),
      { children: [], subject: other },
    ],
    [
      "an index with a child that is none",
      index({ schemaVersion: 2, manifests: [{ digest: "latest" }, 1, amd64], subject: 1 }),
      { children: [{ digest, platform: "linux/amd64" }] },
    ],
    ["an odd list of children", index({ schemaVersion: 2, manifests: {} }), { children: [] }],
  ];
  it.each(rows.map(([name, answer, content]) => ({ name, answer, content })))(
    "with $name has its content",
    async ({ answer, content }) => {
      const pulled = await pulls(answer).get("contoso", "a/b", "latest");

      expect(pulled).toEqual({
        kind: "answered",
        digest: expect.stringMatching(/^sha256:[a-f0-9]{64}$/),
        fromUpstream: false,
        content,
      });
    },
  );

  it("that is no JSON is good when its digest is", async () => {
    const text = { "Docker-Content-Digest": `${digest.slice(0, 7)}${hashOfWord}` };
    const pulled = await pulls(good(text, "word")).get("contoso", "a/b", "latest");

    expect(pulled).toMatchObject({ kind: "answered", content: { children: [] } });
  });
  /** `printf word | sha256sum` */
  const hashOfWord = "98c1eb4ee93476743763878fcb96a25fbc9a175074d64004779ecb5242f645e6";

  it.each([
    [
      "another digest",
      good({ "Docker-Content-Digest": other }),
      /SERVER sent a manifest as sha256:0/,
    ],
    ["no digest, and no manifest", { status: 200, body: "<html>" }, /no manifest/],
    ["a packed body", good({ "Content-Encoding": "gzip" }), /packed/],
    ["more than four mebibytes", good({}, "x".repeat(4_194_305)), /more than 4194304 bytes/],
  ])("with %s is none", async (_name, answer, said) => {
    const pulled = await pulls(answer).get("contoso", "a/b", "latest");

    expect(pulled).toEqual({
      kind: "couldNotAsk",
      message: expect.stringMatching(new RegExp(message(said.source))),
    });
  });

  it("may have four mebibytes", async () => {
    const text = JSON.stringify({ schemaVersion: 2, padding: "x".repeat(4_190_000) });
    const pulled = await pulls({ status: 200, body: text }).get("contoso", "a/b", "latest");

    expect(pulled.kind).toBe("answered");
  });
});

describe("either method", () => {
  const methods = ["get", "head"] as const;
  it.each(methods)("%s tells where the answer came from", async (method) => {
    const from = async (origin: string) => {
      const pulled = await pulls(good({ "x-azure-origin": origin }))[method]("contoso", "a/b", "1");
      return pulled.kind === "answered" && pulled.fromUpstream;
    };

    expect([await from("upstream"), await from("Upstream"), await from("cache")]).toEqual([
      true,
      true,
      false,
    ]);
    expect(net.seen[0]).toContain(`${method.toUpperCase()} localhost/v2/a/b/manifests/1`);
  });

  it.each(methods)("%s by digest wants that digest", async (method) => {
    const kinds = [];
    for (const one of [digest, other]) {
      kinds.push((await pulls(good())[method]("contoso", "a/b", one)).kind);
    }

    expect(kinds).toEqual(["answered", "couldNotAsk"]);
  });

  it.each(methods)("%s asks nobody for what can be no image", async (method) => {
    const door = pulls(good());
    const kinds = [];
    for (const [repository, reference] of [
      ["../a", "1"],
      ["a/b", "1?x"],
      ["a/b", "sha256:12"],
    ] as const) {
      kinds.push((await door[method]("contoso", repository, reference)).kind);
    }

    expect([kinds, net.seen]).toEqual([["couldNotAsk", "couldNotAsk", "couldNotAsk"], []]);
  });

  it("HEAD without a digest is no answer", async () => {
    expect(await pulls({ status: 200 }).head("contoso", "a/b", "1")).toEqual({
      kind: "couldNotAsk",
      message: message("SERVER answered HEAD a/b:1 without a digest."),
    });
  });
});

describe("another answer", () => {
  type Row = readonly [answer: Answer, get: string, head: string, said: string, after?: number];
  const absent = (code: string) => registryError(404, code, "reader's secret");
  const rows: readonly Row[] = [
    [absent("MANIFEST_UNKNOWN"), "absent", "absent", "404 (MANIFEST_UNKNOWN)"],
    [absent("NAME_UNKNOWN"), "absent", "absent", "404 (NAME_UNKNOWN)"],
    [absent("TAG_UNKNOWN"), "absent", "absent", "404 (TAG_UNKNOWN)"],
    [absent("NOT_FOUND"), "couldNotAsk", "absent", "404 (NOT_FOUND)"],
    [{ status: 404, body: "<html>" }, "couldNotAsk", "absent", "404"],
    [registryError(403, "DENIED"), "couldNotAsk", "couldNotAsk", "403 (DENIED)"],
    [registryError(424, "UNKNOWN"), "couldNotAsk", "couldNotAsk", "424 (UNKNOWN)"],
    [
      { ...registryError(429, "TOOMANYREQUESTS"), headers: { "Retry-After": "33" } },
      "couldNotAsk",
      "couldNotAsk",
      "429 (TOOMANYREQUESTS)",
      33,
    ],
    [{ status: 502, body: "<html>" }, "couldNotAsk", "couldNotAsk", "502"],
    [{ status: 204 }, "couldNotAsk", "couldNotAsk", "204"],
    [
      { status: 307, headers: { Location: "/v2/a/b/manifests/2" } },
      "couldNotAsk",
      "couldNotAsk",
      "307",
    ],
    [
      { status: 307, headers: { Location: "https://evil.example/" } },
      "couldNotAsk",
      "couldNotAsk",
      "307",
    ],
  ];
  it.each(rows.map(([answer, get, head, said, after]) => ({ answer, get, head, said, after })))(
    "$said is $get to GET and $head to HEAD",
    async ({ answer, get, head, said, after }) => {
      const wait = after === undefined ? {} : { retryAfterSeconds: after };
      const door = pulls(answer);

      expect(await door.get("contoso", "a/b", "1")).toEqual({
        kind: get,
        message: message(`SERVER answered ${said} to GET a/b:1.`),
        ...wait,
      });
      expect(await door.head("contoso", "a/b", digest)).toEqual({
        kind: head,
        message: message(`SERVER answered ${said.slice(0, 3)} to HEAD a/b@${digest}.`),
        ...wait,
      });
      expect(net.seen).toHaveLength(2);
    },
  );
});
