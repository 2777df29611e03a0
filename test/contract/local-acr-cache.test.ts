import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  addRule,
  askAcr,
  digestOf,
  originOf,
  pulls,
  registryStage,
  type Stage,
} from "./local-acr-stage.ts";

let stage: Stage;
let pull: ReturnType<typeof pulls>;
let image = "";
let repository = "";

beforeAll(async () => {
  stage = await registryStage();
  addRule(stage, "docker.io/*", "hub/*");
});
afterAll(() => stage.close());
beforeEach(({ task }) => {
  image = `team/${task.id.replaceAll(/[^a-z0-9]/g, "x")}`;
  repository = `hub/${image}`;
  pull = pulls(stage, repository);
  stage.faults.clear();
  stage.events.length = 0;
  stage.registry.configure({ tagMode: "refresh", import: "late", staleIfError: true });
});

const push = () => stage.upstream.push(`docker.io/${image}:latest`);
const manifest = (reference: string, method?: string) => pull.manifest(reference, method);
const held = () => stage.registry.storage.repositories.get(repository);

describe("first pull", () => {
  it("is proxied, then served from the registry", async () => {
    const pushed = push();

    const first = await manifest("latest");
    await stage.plane.settled();
    const second = await manifest("latest");

    expect([digestOf(first), originOf(first)]).toEqual([pushed, "upstream"]);
    expect([digestOf(second), originOf(second)]).toEqual([pushed, null]);
    expect(await second.text()).toBe(await first.text());
  });

  it("copies the index and the pulled platform only, with its blobs", async () => {
    const pushed = push();

    const child = await pull.amd64();

    expect([...(held()?.manifests.entries() ?? [])].map(([digest]) => digest).sort()).toEqual(
      [pushed, child].sort(),
    );
    const { config, layers } = (await (await manifest(child)).json()) as {
      config: { digest: string };
      layers: { digest: string }[];
    };
    for (const { digest } of [config, ...layers]) {
      const blob = await askAcr(stage, "GET", `/v2/${repository}/blobs/${digest}`);
      expect([blob.status, originOf(blob)]).toEqual([200, null]);
    }
  });

  it("raises three push events for one platform of a multi-arch tag", async () => {
    const pushed = push();

    const child = await pull.amd64();

    expect(stage.events.map(({ data }) => [data.target.tag, data.target.digest])).toEqual([
      ["latest", pushed],
      [undefined, pushed],
      [undefined, child],
    ]);
    expect(stage.events[0]?.eventType).toBe("Microsoft.ContainerRegistry.ImagePushed");
    expect(stage.events[0]?.subject).toBe(`${repository}:latest`);
  });

  it("by digest is stored without a tag", async () => {
    const pushed = push();

    await manifest(pushed);
    await stage.plane.settled();

    expect(held()?.tags.size).toBe(0);
    expect(originOf(await manifest(pushed))).toBe(null);
  });

  it("by HEAD stores nothing", async () => {
    const pushed = push();

    const head = await manifest("latest", "HEAD");
    await stage.plane.settled();

    expect([head.status, digestOf(head), originOf(head)]).toEqual([200, pushed, "upstream"]);
    expect(held()).toBeUndefined();
  });

  it("copies when the clock passes the delay, not before", async () => {
    push();
    stage.registry.configure({ importDelayMs: 60_000 });

    await manifest("latest");
    expect(originOf(await manifest("latest"))).toBe("upstream");
    stage.clock.advance(61);

    expect(originOf(await manifest("latest"))).toBe(null);
    stage.registry.configure({ importDelayMs: 0 });
  });

  it("is proxied for ever when nothing can be imported", async () => {
    push();
    stage.registry.configure({ import: "never" });

    await manifest("latest");
    await stage.plane.settled();

    expect(originOf(await manifest("latest"))).toBe("upstream");
  });
});

describe("a moved tag", () => {
  it("is served as cached for five minutes, then found and copied", async () => {
    const old = push();
    await pull.amd64();
    const moved = push();

    stage.clock.advance(290);
    expect(digestOf(await manifest("latest"))).toBe(old);
    stage.clock.advance(20);
    const late = await manifest("latest");
    await stage.plane.settled();

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
    await pull.amd64();
    push();
    stage.registry.configure({ tagMode });

    stage.clock.advance(301);

    expect((await manifest("latest")).status).toBe(status);
  });

  it("stays when it is locked", async () => {
    const old = push();
    await pull.amd64();
    push();
    await stage.data
      .getArtifact(repository, "latest")
      .updateTagProperties("latest", { canWrite: false });

    stage.clock.advance(301);

    expect(digestOf(await manifest("latest"))).toBe(old);
  });

  it("is pulled anew after it was untagged, and the old digest stays", async () => {
    const old = push();
    await pull.amd64();
    const moved = push();
    await stage.data.getArtifact(repository, "latest").deleteTag("latest");
    stage.events.length = 0;

    expect(digestOf(await manifest("latest"))).toBe(moved);
    expect((await manifest(old)).status).toBe(200);
    expect(stage.events.filter(({ data }) => data.action === "delete")).toEqual([]);
    await stage.plane.settled();
  });
});
