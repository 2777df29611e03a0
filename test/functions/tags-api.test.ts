import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { LarderError } from "../../src/domain/errors.ts";
import { type FakePorts, fakePorts } from "../fakes/ports.ts";
import { undocumented } from "./document.ts";
import { type Heard, type Served, serve } from "./serve.ts";
import { newDigest, oldDigest, putRepository, putRule, tag } from "./tag-world.ts";

const tags = "/api/registries/contoso/tags";

let ports: FakePorts;
let served: Served;

beforeEach(async () => {
  ports = fakePorts();
  putRule(ports, "grafana");
  served = await serve(() => ports);
});
afterEach(() => served.close());

interface Listed {
  readonly value: readonly { readonly tag: string; readonly status: string }[];
  readonly nextLink?: string;
}

async function list(query = ""): Promise<Listed> {
  const heard = await served.call("GET", `${tags}${query}`);
  expect([heard.status, undocumented("listTags", heard.status, heard.json)]).toEqual([200, ""]);
  return heard.json as Listed;
}

/** Names of the tags on all pages, a page a list. */
async function pages(query: string): Promise<readonly (readonly string[])[]> {
  const found: string[][] = [];
  let next: string | undefined = `${served.url}${tags}${query}`;
  while (next !== undefined && found.length < 20) {
    const heard: Heard = await served.call("GET", next.slice(served.url.length));
    const { value, nextLink } = heard.json as Listed;
    found.push(value.map((one) => one.tag));
    next = nextLink;
  }
  return found;
}

describe("a tag", () => {
  it("is told with both digests, times, and what to pull instead", async () => {
    const cooling = tag("latest", {
      status: "cooling",
      reason: "Upstream moved; the new digest is to stand for a day first.",
      upstream: newDigest,
      changedAt: "2026-11-02T06:00:12.000Z",
      dueAt: "2026-11-22T00:00:00.000Z",
      moved: { digest: newDigest, since: "2026-11-21T00:00:00.000Z" },
      lastGood: { digest: oldDigest, at: "2026-11-02T06:00:12.000Z" },
    });
    await putRepository(ports, { tags: [cooling] });

    expect(await list()).toEqual({
      value: [
        {
          repository: "grafana/grafana",
          tag: "latest",
          status: "cooling",
          reason: "Upstream moved; the new digest is to stand for a day first.",
          cachedDigest: oldDigest,
          upstreamDigest: newDigest,
          checkedAt: "2026-11-21T01:00:00.000Z",
          changedAt: "2026-11-02T06:00:12.000Z",
          nextCheckAt: "2026-11-22T00:00:00.000Z",
          coolingUntil: "2026-11-22T00:00:00.000Z",
          lastGood: {
            digest: oldDigest,
            at: "2026-11-02T06:00:12.000Z",
            pull: `contoso.azurecr.io/grafana/grafana@${oldDigest}`,
          },
        },
      ],
    });
  });

  it("that ACR itself adopted early says so", async () => {
    const adoptedEarly = { digest: newDigest, at: "2026-11-21T00:30:00.000Z" };
    await putRepository(ports, { tags: [tag("latest", { adoptedEarly })] });

    expect((await list()).value).toMatchObject([{ status: "fresh", adoptedEarly }]);
  });

  it("of a repository that no rule has refreshed any more says so", async () => {
    putRule(ports, "grafana", { refresh: undefined });
    await putRepository(ports, { tags: [tag("latest")] });

    expect((await list()).value).toMatchObject([
      { note: expect.stringContaining("compared on demand only") },
    ]);
  });

  it("is told without what to pull while the login server is not known", async () => {
    await putRepository(ports, {
      tags: [tag("latest", { lastGood: { digest: oldDigest, at: "2026-11-02T06:00:12.000Z" } })],
    });
    ports.interruptions.interrupt("registries.loginServer", "before", () => {
      throw new LarderError("unavailable", { code: "ArmUnavailable", message: "No answer." });
    });

    expect((await list()).value[0]).toHaveProperty("lastGood", {
      digest: oldDigest,
      at: "2026-11-02T06:00:12.000Z",
    });
  });
});

describe("the list of tags", () => {
  beforeEach(async () => {
    await putRepository(ports, {
      tags: [
        tag("1.0"),
        tag("1.1", { status: "stale", reason: "Upstream moved.", upstream: newDigest }),
        tag("latest"),
      ],
    });
    const loki = { repository: "grafana/loki" };
    await putRepository(ports, { ...loki, tags: [tag("2.0", loki)] });
  });

  it("goes by repository and tag, a page at a time, with links that hold no key", async () => {
    const { nextLink } = await list("?top=1&code=test-function-key");

    expect(await pages("?top=3")).toEqual([["1.0", "1.1", "latest"], ["2.0"]]);
    expect(nextLink).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/api\/registries\/contoso\/tags\?/);
    expect(nextLink).not.toContain("test-function-key");
  });

  it.each([
    ["?repository=grafana/loki", ["2.0"]],
    ["?repository=grafana", []],
    ["?status=stale", ["1.1"]],
    ["?status=fresh&repository=grafana/grafana", ["1.0", "latest"]],
    ["?status=unknown", []],
  ])("is filtered by %s", async (query, expected) => {
    expect((await pages(query)).flat()).toEqual(expected);
  });

  it("is empty for a registry with nothing cached, and 404 for one not served", async () => {
    const other = await served.call("GET", "/api/registries/fabrikam/tags");

    expect([other.status, other.code]).toEqual([404, "RegistryNotFound"]);
  });
});

describe("when upstream could not be asked for long", () => {
  const trouble = {
    message: "docker.io answers 429 until 03:00.",
    since: "2026-11-20T10:00:00.000Z",
    until: "2026-11-21T03:00:00.000Z",
  };
  const longAgo = "2026-11-20T08:00:00.000Z";

  beforeEach(async () => {
    const old = { checkedAt: longAgo };
    await putRepository(ports, { tags: [tag("1.0", old), tag("1.1", { ...old, status: "gone" })] });
    for (const repository of ["grafana/loki", "grafana/mimir"])
      await putRepository(ports, {
        repository,
        tags: ["1", "2", "3"].map((name) => tag(name, { repository, ...old })),
        state: { checkedAt: longAgo, trouble },
      });
    const tempo = { repository: "grafana/tempo" };
    await putRepository(ports, {
      ...tempo,
      tags: [tag("9", { ...tempo, status: "unknown", reason: "403" })],
    });
  });

  it("nothing is called fresh that was not compared", async () => {
    expect((await pages("?status=fresh&top=2")).flat()).toEqual(["1.0"]);
    expect((await list("?repository=grafana/loki")).value).toMatchObject([
      {
        status: "unknown",
        reason: `Last known to be fresh at ${longAgo}; it could not be compared since. docker.io answers 429 until 03:00.`,
        checkedAt: longAgo,
      },
      { status: "unknown" },
      { status: "unknown" },
    ]);
  });

  it("all of it is listed as unknown, page by page", async () => {
    const found = await pages("?status=unknown&top=2");

    expect(found.flat()).toEqual(["9", "1", "2", "3", "1", "2", "3"]);
    expect(Math.max(...found.map(({ length }) => length))).toBe(2);
    expect((await pages("?status=unknown&repository=grafana/mimir")).flat()).toEqual([
      "1",
      "2",
      "3",
    ]);
  });
});
