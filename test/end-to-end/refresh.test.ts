import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type App, field, type Reply, startApp, until } from "./app.ts";
import { cacheImage, clientPull, pushUpstream } from "./cached-images.ts";

/** The built app keeps tags fresh, over real sockets and the real SDKs. */

const rule = "registries/larderdev/rules/docker-library";
const platforms = ["linux/amd64"];

describe("tags are kept fresh", () => {
  let app: App;
  beforeAll(async () => {
    app = await startApp(
      {},
      { SWEEP_SCHEDULE: "*/1 * * * * *", SWEEP_EVERY_SECONDS: "10", REFRESH_LAG_SECONDS: "3" },
    );
    app.standIn.registries[0]?.configure({ importDelayMs: 50, tagTtlSeconds: 2 });
    await app.call("PUT", rule, {
      source: "docker.io/library/*",
      target: "library/*",
      refresh: { tags: ["latest", ">=1.2 <2"], exclude: ["1.2.9"], every: "PT1H", platforms },
    });
    await until(
      "the rule",
      () => app.call("GET", rule),
      (reply) => field(reply, "status") === "active",
    );
  });
  afterAll(() => app.close());

  /** The schedule has seen the tag, and comes round again in an hour. */
  const known = (repository: string) =>
    until(
      "a pass",
      () => app.call("GET", `registries/larderdev/tags?repository=${repository}`),
      (reply) => valueOf(reply)[0]?.["status"] === "fresh",
    );
  const ended = (id: unknown) =>
    until(
      "the refresh",
      () => app.call("GET", `operations/${String(id)}`),
      (reply) => ["Succeeded", "Failed"].includes(String(field(reply, "status"))),
      50,
    );
  const refresh = async (body: unknown) => {
    const asked = await app.call("POST", "registries/larderdev/refreshes", body);
    expect(asked.status).toBe(202);
    const id = field(asked, "id");
    const operation = await ended(id);
    const results = await app.call("GET", `registries/larderdev/refreshes/${String(id)}/results`);
    return { operation, results: valueOf(results) };
  };

  it.each(["refresh", "sticky"] as const)(
    "on demand, with proof, where ACR's mode is %s",
    async (tagMode) => {
      const repository = `library/nginx-${tagMode}`;
      app.standIn.registries[0]?.configure({ tagMode });
      const old = await cacheImage(app, repository, "latest");
      const excluded = await cacheImage(app, repository, "1.2.9");
      await known(repository);
      const moved = await pushUpstream(app, `docker.io/${repository}:latest`);
      await pushUpstream(app, `docker.io/${repository}:1.2.9`);

      const dry = await refresh({ repositories: [repository], dryRun: true });
      expect(dry.results).toMatchObject([
        { tag: "latest", status: "stale", cachedDigest: old, upstreamDigest: moved },
      ]);
      const { operation, results } = await refresh({ repositories: [repository] });

      expect(operation.body).toMatchObject({
        status: "Succeeded",
        percentComplete: 100,
        result: "1 tag in 1 repository: 1 fresh.",
      });
      expect(results).toMatchObject([
        { repository, tag: "latest", status: "fresh", proof: { digest: moved, platforms } },
      ]);
      expect(await clientPull(app, repository, "latest")).toEqual({
        status: 200,
        digest: moved,
        fromUpstream: false,
      });
      expect((await clientPull(app, repository, old)).fromUpstream).toBe(false);
      const tags = app.standIn.registries[0]?.storage.repositories.get(repository)?.tags;
      expect(tags?.get("1.2.9")?.digest).toBe(excluded);
    },
  );

  it("by the schedule alone, and tells in the history what moved", async () => {
    const repository = "library/redis";
    app.standIn.registries[0]?.configure({ tagMode: "refresh" });
    const old = await cacheImage(app, repository, "1.4");
    const moved = await pushUpstream(app, `docker.io/${repository}:1.4`);

    const listed = await until(
      "a fresh tag",
      () => app.call("GET", `registries/larderdev/tags?repository=${repository}`),
      (reply) =>
        valueOf(reply)[0]?.["status"] === "fresh" && valueOf(reply)[0]?.["cachedDigest"] === moved,
      50,
    );

    expect(valueOf(listed)).toMatchObject([{ repository, tag: "1.4", upstreamDigest: moved }]);
    const history = await app.call(
      "GET",
      "registries/larderdev/history?resource=docker-library&top=100",
    );
    const messages = valueOf(history).map((one) => one["message"]);
    expect(messages).toContain(
      `library/redis:1.4 from docker.io/library/redis: ${old} → ${moved}, with linux/amd64.`,
    );
  });

  it("but not a pinned one, until it is unpinned", async () => {
    const repository = "library/traefik";
    const old = await cacheImage(app, repository, "latest");
    await known(repository);
    const pin = { repository, tag: "latest", reason: "known good" };
    expect((await app.call("POST", "registries/larderdev/tags/pin", pin)).status).toBe(200);
    await pushUpstream(app, `docker.io/${repository}:latest`);

    const held = await refresh({ repositories: [repository] });
    expect(held.results).toMatchObject([{ tag: "latest", status: "pinned", cachedDigest: old }]);
    await app.call("POST", "registries/larderdev/tags/unpin", { repository, tag: "latest" });
    const freed = await refresh({ repositories: [repository] });

    expect(freed.results).toMatchObject([{ tag: "latest", status: "fresh" }]);
  });

  it("and refuses what cannot be refreshed, naming the field", async () => {
    const bad = async (body: unknown) => {
      const reply = await app.call("POST", "registries/larderdev/refreshes", body);
      return [reply.status, (field(reply, "error") as Record<string, unknown>)["target"]];
    };
    expect(await bad({ repositories: ["quay/none"] })).toEqual([400, "repositories[0]"]);
    expect(await bad({ tags: ["/(/"] })).toEqual([400, "tags[0]"]);
    expect(await bad({ strategy: "delete" })).toEqual([400, "strategy"]);
  });
});

function valueOf({ body }: Reply): readonly Record<string, unknown>[] {
  return (body as { value: Record<string, unknown>[] }).value;
}
