import { describe, expect, it } from "vitest";
import { pulling } from "./local-acr-pulling.ts";
import { askAcr, digestOf, originOf } from "./local-acr-stage.ts";

const world = pulling();
const push = () => world.push();
const manifest = (reference: string, method?: string) => world.manifest(reference, method);
const held = () => world.stage.registry.storage.repositories.get(world.repository);

describe("first pull", () => {
  it("is proxied, then served from the registry", async () => {
    const pushed = push();

    const first = await manifest("latest");
    await world.stage.plane.settled();
    const second = await manifest("latest");

    expect([digestOf(first), originOf(first)]).toEqual([pushed, "upstream"]);
    expect([digestOf(second), originOf(second)]).toEqual([pushed, null]);
    expect(await second.text()).toBe(await first.text());
  });

  it("copies the index and the pulled platform only, with its blobs", async () => {
    const pushed = push();

    const child = await world.pull.amd64();

    expect([...(held()?.manifests.entries() ?? [])].map(([digest]) => digest).sort()).toEqual(
      [pushed, child].sort(),
    );
    const { config, layers } = (await (await manifest(child)).json()) as {
      config: { digest: string };
      layers: { digest: string }[];
    };
    for (const { digest } of [config, ...layers]) {
      const blob = await askAcr(world.stage, "GET", `/v2/${world.repository}/blobs/${digest}`);
      expect([blob.status, originOf(blob)]).toEqual([200, null]);
    }
  });

  it("raises three push events for one platform of a multi-arch tag", async () => {
    const pushed = push();

    const child = await world.pull.amd64();

    expect(world.stage.events.map(({ data }) => [data.target.tag, data.target.digest])).toEqual([
      ["latest", pushed],
      [undefined, pushed],
      [undefined, child],
    ]);
    expect(world.stage.events[0]?.eventType).toBe("Microsoft.ContainerRegistry.ImagePushed");
    expect(world.stage.events[0]?.subject).toBe(`${world.repository}:latest`);
  });

  it("by digest is stored without a tag", async () => {
    const pushed = push();

    await manifest(pushed);
    await world.stage.plane.settled();

    expect(held()?.tags.size).toBe(0);
    expect(originOf(await manifest(pushed))).toBe(null);
  });

  it("by HEAD stores nothing", async () => {
    const pushed = push();

    const head = await manifest("latest", "HEAD");
    await world.stage.plane.settled();

    expect([head.status, digestOf(head), originOf(head)]).toEqual([200, pushed, "upstream"]);
    expect(held()).toBeUndefined();
  });

  it("copies when the clock passes the delay, not before", async () => {
    push();
    world.stage.registry.configure({ importDelayMs: 60_000 });

    await manifest("latest");
    expect(originOf(await manifest("latest"))).toBe("upstream");
    world.stage.clock.advance(61);

    expect(originOf(await manifest("latest"))).toBe(null);
    world.stage.registry.configure({ importDelayMs: 0 });
  });

  it("is proxied for ever when nothing can be imported", async () => {
    push();
    world.stage.registry.configure({ import: "never" });

    await manifest("latest");
    await world.stage.plane.settled();

    expect(originOf(await manifest("latest"))).toBe("upstream");
  });
});

describe("a moved tag", () => {
  it("is served as cached for five minutes, then found and copied", async () => {
    const old = push();
    await world.pull.amd64();
    const moved = push();

    world.stage.clock.advance(290);
    expect(digestOf(await manifest("latest"))).toBe(old);
    world.stage.clock.advance(20);
    const late = await manifest("latest");
    await world.stage.plane.settled();

    expect([digestOf(late), originOf(late)]).toEqual([moved, "upstream"]);
    const after = await manifest("latest");
    expect([digestOf(after), originOf(after)]).toEqual([moved, null]);
    expect(held()?.manifests.get(old)?.tags.size).toBe(0);
  });

  it.each([
    ["sticky", 200],
    ["fail", 424],
  ] as const)("under tagMode %s answers %i", async (tagMode, status) => {
    push();
    await world.pull.amd64();
    push();
    world.stage.registry.configure({ tagMode });

    world.stage.clock.advance(301);

    expect((await manifest("latest")).status).toBe(status);
  });

  it("stays when it is locked", async () => {
    const old = push();
    await world.pull.amd64();
    push();
    await world.stage.data
      .getArtifact(world.repository, "latest")
      .updateTagProperties("latest", { canWrite: false });

    world.stage.clock.advance(301);

    expect(digestOf(await manifest("latest"))).toBe(old);
  });

  it("is pulled anew after it was untagged, and the old digest stays", async () => {
    const old = push();
    await world.pull.amd64();
    const moved = push();
    await world.stage.data.getArtifact(world.repository, "latest").deleteTag("latest");
    world.stage.events.length = 0;

    expect(digestOf(await manifest("latest"))).toBe(moved);
    expect((await manifest(old)).status).toBe(200);
    expect(world.stage.events.filter(({ data }) => data.action === "delete")).toEqual([]);
    await world.stage.plane.settled();
  });
});
