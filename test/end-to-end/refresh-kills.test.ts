import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sample } from "../deep.ts";
import { type App, field, startApp, until } from "./app.ts";
import { cacheImage, clientPull, pushUpstream, someClient } from "./cached-images.ts";

/*
 * The app's process is really killed (SIGKILL) at the moment of its n-th outgoing call while it purges
 * and re-warms a tag, after the far end has done it and before the answer arrives. All the while a
 * client pulls the tag: it must never be refused, and in the end it must get the new digest.
 */

/** A purge makes about twenty calls about its repository, tables and queues not counted; the numbers beyond fall into the quiet after. */
const calls = Array.from({ length: 12 }, (_, index) => 2 * index + 1);
const rule = "registries/larderdev/rules/docker-library";

describe("killed at any moment of a purge, the app takes no tag away", () => {
  let app: App;
  beforeAll(async () => {
    app = await startApp(
      {},
      {
        SWEEP_SCHEDULE: "*/1 * * * * *",
        SWEEP_EVERY_SECONDS: "10",
        REFRESH_MESSAGE_SECONDS: "1",
        UPSTREAM_CHECK: "off",
      },
    );
    app.standIn.registries[0]?.configure({ importDelayMs: 30, tagMode: "sticky" });
    const refresh = { tags: ["latest"], strategy: "purge", platforms: ["linux/amd64"] };
    await app.call("PUT", rule, { source: "docker.io/library/*", target: "library/*", refresh });
    await until(
      "the rule",
      () => app.call("GET", rule),
      (reply) => field(reply, "status") === "active",
    );
  });
  afterAll(() => app.close());

  it.each(sample(calls, 3))("at outgoing call %i", async (call) => {
    const repository = `library/app-${call}`;
    await cacheImage(app, repository, "latest");
    const moved = await pushUpstream(app, `docker.io/${repository}:latest`);
    let seen = 0;
    const unwatch = app.standIn.log.watch(({ call: { path, headers } }) => {
      if (!path.includes(repository) || headers["user-agent"] === someClient) return;
      seen += 1;
      if (seen === call) void app.host.kill();
    });
    const refused: number[] = [];
    let pulling = true;
    const client = (async () => {
      while (pulling) {
        const { status } = await clientPull(app, repository, "latest");
        if (status !== 200) refused.push(status);
        await new Promise((resolve) => setTimeout(resolve, 30));
      }
    })();
    try {
      const storage = app.standIn.registries[0]?.storage;
      await until(
        "the tag",
        async () => storage?.repositories.get(repository)?.tags.get("latest")?.digest,
        (digest) => digest === moved,
        50,
      );
      await until(
        "its record",
        () =>
          app
            .call("GET", `registries/larderdev/tags?repository=${repository}`)
            .catch(() => nothing),
        (reply) => JSON.stringify(reply.body ?? "").includes('"status":"fresh"'),
        50,
      );
      expect(refused).toEqual([]);
    } finally {
      pulling = false;
      await client;
      unwatch();
    }
  });
});

const nothing = { status: 0, headers: new Headers(), body: {} };
