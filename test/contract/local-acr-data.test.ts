import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  addRule,
  askAcr,
  codeOf,
  registryStage,
  type Stage,
  type TagPage,
} from "./local-acr-stage.ts";

const image = (text: string) =>
  Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: type, annotations: { text } }));
const type = "application/vnd.oci.image.manifest.v1+json";

let stage: Stage;
beforeAll(async () => {
  stage = await registryStage({ rateLimits: "off" });
  for (const name of ["c/app", "a/app", "b/app"]) seed(name, "latest", name);
});
afterAll(() => stage.close());

function seed(repository: string, tag: string, text = tag): string {
  return stage.registry.storage.put(repository, { bytes: image(text), mediaType: type, tag });
}
const namesOf = async (page: Response) =>
  ((await page.json()) as TagPage).tags.map(({ name }) => name);
const all = async <T>(items: AsyncIterable<T>) => {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
};

describe("lists, through the real SDK", () => {
  it("page the catalog in order of name", async () => {
    const pages = await all(stage.data.listRepositoryNames().byPage({ maxPageSize: 2 }));

    expect(pages.map((page) => [...page])).toEqual([["a/app", "b/app"], ["c/app"]]);
  });

  it("page tags by name and by time, with their digests", async () => {
    for (const tag of ["v3", "v1", "v2"]) {
      seed("tags", tag);
      stage.clock.advance(1);
    }
    const artifact = stage.data.getArtifact("tags", "v1");
    const names = async (order: "LastUpdatedOnDescending" | "LastUpdatedOnAscending" | undefined) =>
      (await all(artifact.listTagProperties(order && { order }).byPage({ maxPageSize: 2 })))
        .flat()
        .map(({ name }) => name);

    expect(await names(undefined)).toEqual(["v1", "v2", "v3"]);
    expect(await names("LastUpdatedOnAscending")).toEqual(["v3", "v1", "v2"]);
    expect(await names("LastUpdatedOnDescending")).toEqual(["v2", "v1", "v3"]);
    const properties = await artifact.getTagProperties("v1");
    expect(properties.digest).toBe(
      `sha256:${createHash("sha256").update(image("v1")).digest("hex")}`,
    );
  });

  it("carry a relative Link, absent at the end, also by time", async () => {
    const one = await askAcr(stage, "GET", "/acr/v1/tags/_tags?n=2&orderby=timedesc");
    const link = one.headers.get("link") ?? "";
    const two = await askAcr(stage, "GET", link.slice(1, link.indexOf(">")));

    expect(link).toMatch(/^<\/acr\/v1\/tags\/_tags\?.*last=v1.*>; rel="next"$/);
    expect(await namesOf(one)).toEqual(["v2", "v1"]);
    expect(await namesOf(two)).toEqual(["v3"]);
    expect(two.headers.get("link")).toBeNull();
  });

  it("end early under the switch, and the attributes still tell the whole count", async () => {
    stage.registry.configure({ listing: "partial" });
    const tags = await askAcr(stage, "GET", "/acr/v1/tags/_tags");
    const attributes = await askAcr(stage, "GET", "/acr/v1/tags");
    stage.registry.configure({ listing: "whole" });

    expect(await namesOf(tags)).toEqual(["v1"]);
    expect(await attributes.json()).toMatchObject({ tagCount: 3 });
  });

  it.each(["0", "-1", "x"])("refuse n=%s", async (n) => {
    expect((await askAcr(stage, "GET", `/acr/v1/tags/_tags?n=${n}`)).status).toBe(400);
  });

  it("answer 404 NAME_UNKNOWN for an unknown repository", async () => {
    const answer = await askAcr(stage, "GET", "/acr/v1/nobody/_tags");

    expect([answer.status, await codeOf(answer)]).toEqual([404, "NAME_UNKNOWN"]);
  });
});

describe("deleting, through the real SDK", () => {
  it("untags: the manifest stays and no event is raised", async () => {
    const digest = seed("untag", "v1");
    stage.events.length = 0;

    await stage.data.getArtifact("untag", "v1").deleteTag("v1");
    await stage.data.getArtifact("untag", "v1").deleteTag("v1");

    expect((await askAcr(stage, "GET", "/v2/untag/manifests/v1")).status).toBe(404);
    expect((await askAcr(stage, "GET", `/v2/untag/manifests/${digest}`)).status).toBe(200);
    expect(stage.events).toEqual([]);
  });

  it("by digest takes every tag of it, and the repository with its last manifest", async () => {
    const digest = seed("whole", "v1", "same");
    seed("whole", "v2", "same");
    stage.events.length = 0;

    await stage.data.getArtifact("whole", digest).delete();

    expect((await askAcr(stage, "GET", "/acr/v1/whole")).status).toBe(404);
    expect(stage.events.map(({ eventType }) => eventType)).toEqual([
      "Microsoft.ContainerRegistry.ImageDeleted",
    ]);
  });

  it.each([{ canDelete: false }, { canWrite: false }])(
    "a tag locked by %o is refused with 405",
    async (lock) => {
      seed("locked", "v1");
      const artifact = stage.data.getArtifact("locked", "v1");
      await artifact.updateTagProperties("v1", { canDelete: true, canWrite: true, ...lock });

      await expect(artifact.deleteTag("v1")).rejects.toMatchObject({ statusCode: 405 });
      await expect(artifact.delete()).rejects.toMatchObject({ statusCode: 405 });
      await expect(stage.data.deleteRepository("locked")).rejects.toMatchObject({
        statusCode: 405,
      });
    },
  );

  it("a locked manifest still lets its tag go", async () => {
    const digest = seed("half", "v1");
    const artifact = stage.data.getArtifact("half", digest);
    await artifact.updateManifestProperties({ canDelete: false });

    await expect(artifact.delete()).rejects.toMatchObject({ statusCode: 405 });
    await artifact.deleteTag("v1");

    expect((await artifact.getManifestProperties()).tags ?? []).toEqual([]);
  });

  it("of a repository answers 202, and 404 counts as done", async () => {
    seed("gone", "v1");

    await stage.data.deleteRepository("gone");
    await stage.data.deleteRepository("gone");

    expect(await all(stage.data.listRepositoryNames())).not.toContain("gone");
  });
});

describe("pushing", () => {
  const dataOf = (text: string) => ({
    bytes: Buffer.from(text),
    digest: `sha256:${createHash("sha256").update(text).digest("hex")}`,
  });
  const basic = { authorization: `Basic ${Buffer.from("u:p").toString("base64")}` };
  const send = (method: string, path: string, body?: Buffer, more?: Record<string, string>) =>
    fetch(`${stage.acr}${path}`, {
      method,
      headers: { ...basic, ...more },
      ...(body && { body: new Uint8Array(body) }),
    });

  it("stores a blob in pieces and a manifest that names it", async () => {
    stage.registry.configure({ adminUser: { username: "u", password: "p" } });
    const { bytes, digest } = dataOf("config");
    const start = await send("POST", "/v2/own/app/blobs/uploads/");
    const at = start.headers.get("location") ?? "";
    await send("PATCH", at, bytes.subarray(0, 3));
    const end = await send("PUT", `${at}?digest=${digest}`, bytes.subarray(3));
    const config = { mediaType: "application/json", digest, size: bytes.length };
    const manifest = Buffer.from(JSON.stringify({ schemaVersion: 2, config, layers: [] }));
    const put = await send("PUT", "/v2/own/app/manifests/v1", manifest, { "content-type": type });

    expect([start.status, end.status, put.status]).toEqual([202, 201, 201]);
    const back = await askAcr(stage, "GET", "/v2/own/app/manifests/v1");
    expect(Buffer.from(await back.arrayBuffer())).toEqual(manifest);
    expect(back.headers.get("content-type")).toBe(type);
  });

  it.each([
    ["a manifest whose blob is missing", "v1", { config: { digest: dataOf("no").digest } }, 404],
    ["bytes under another digest", dataOf("other").digest, {}, 400],
  ])("refuses %s", async (_, reference, manifest, status) => {
    const body = Buffer.from(JSON.stringify(manifest));

    const put = await send("PUT", `/v2/own/app/manifests/${reference}`, body, {
      "content-type": type,
    });

    expect(put.status).toBe(status);
  });

  it("refuses every write to a repository under a rule, unless those are writable", async () => {
    addRule(stage, "quay.io/team/*", "team/*");
    const body = image("x");
    const put = () => send("PUT", "/v2/team/app/manifests/v1", body, { "content-type": type });

    expect([
      (await put()).status,
      (await send("POST", "/v2/team/app/blobs/uploads/")).status,
    ]).toEqual([403, 403]);
    stage.registry.configure({ writableCacheRepos: true });

    expect((await put()).status).toBe(201);
  });
});
