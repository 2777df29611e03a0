import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bearerFrom, everyType, upstreamWorld } from "./local-upstream-wire.ts";

let world: Awaited<ReturnType<typeof upstreamWorld>>;
beforeAll(async () => {
  world = await upstreamWorld();
});
afterAll(() => world.close());

const sha256 = (bytes: Buffer) => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
const get = (path: string, accept = everyType, headers: Record<string, string> = {}) =>
  world.ask("GET", `https://mcr.microsoft.com/v2/${path}`, { headers: { accept, ...headers } });
const digestOf = async (tag: string, repository = "team/app") =>
  String((await get(`${repository}/manifests/${tag}`)).headers["docker-content-digest"]);

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

describe("images", () => {
  it("are whole: index, manifests, configs and layers under their own digests and sizes", async () => {
    const index = await get("team/app/manifests/latest");
    const { manifests } = JSON.parse(index.body.toString());
    const child = await get(`team/app/manifests/${manifests[1].digest}`);
    const { config, layers } = JSON.parse(child.body.toString());
    const blob = async ({ digest }: Descriptor) => (await get(`team/app/blobs/${digest}`)).body;
    const [configBytes, layerBytes] = [await blob(config), await blob(layers[0])];
    const tar = gunzipSync(layerBytes);

    expect(sha256(index.body)).toBe(index.headers["docker-content-digest"]);
    expect(manifests.map((one: { platform: unknown }) => one.platform)).toEqual([
      { os: "linux", architecture: "amd64" },
      { os: "linux", architecture: "arm64" },
      { os: "linux", architecture: "arm", variant: "v7" },
    ]);
    expect([sha256(child.body), child.body.length]).toEqual([
      manifests[1].digest,
      manifests[1].size,
    ]);
    expect([sha256(configBytes), configBytes.length]).toEqual([config.digest, config.size]);
    expect([sha256(layerBytes), layerBytes.length]).toEqual([layers[0].digest, layers[0].size]);
    expect(JSON.parse(configBytes.toString()).rootfs.diff_ids).toEqual([sha256(tar)]);
    expect(tar.toString("latin1", 0, 9)).toBe("etc/image");
  });

  it("are the same for the same seed and pushes, and others for another seed", async () => {
    const [same, other] = await Promise.all([upstreamWorld(), upstreamWorld({ seed: "other" })]);
    const pushed = [world, same, other].map(({ side }) => side.push("quay.io/team/seeded:v1"));
    await Promise.all([same.close(), other.close()]);

    expect(pushed[1]).toBe(pushed[0]);
    expect(pushed[2]).not.toBe(pushed[0]);
  });

  it("come in both media type families, and without an index where the name says single", async () => {
    const types = new Set<string | undefined>();
    for (const name of ["a", "b", "c", "d", "e", "f"])
      types.add((await get(`family/${name}/manifests/latest`)).headers["content-type"]);
    const single = await get("team/single-app/manifests/latest");

    expect([...types].toSorted((a = "", b = "") => (a < b ? -1 : 1))).toEqual([
      "application/vnd.docker.distribution.manifest.list.v2+json",
      "application/vnd.oci.image.index.v1+json",
    ]);
    expect(single.headers["content-type"]).toMatch(/manifest\.v[12]\+json$/);
  });
});

describe("tags", () => {
  it("share images, and a push moves one tag while the old digest stays", async () => {
    const before = await digestOf("latest");
    const pushed = world.side.push("mcr.microsoft.com/team/app:latest", ["linux/amd64"]);

    expect(await digestOf("2.0.0")).toBe(before);
    expect(await digestOf("1.0.0")).not.toBe(before);
    expect(await digestOf("latest")).toBe(pushed);
    expect(pushed).not.toBe(before);
    expect((await get(`team/app/manifests/${before}`)).status).toBe(200);
  });

  it("differ after each push of the same image", () => {
    const image = "mcr.microsoft.com/team/app:moving";

    expect(world.side.push(image)).not.toBe(world.side.push(image));
  });

  it("make an absent repository exist when pushed", async () => {
    world.side.push("mcr.microsoft.com/team/missing-app:v1");

    expect((await get("team/missing-app/manifests/v1")).status).toBe(200);
    expect((await get("team/missing-too/manifests/v1")).status).toBe(404);
  });

  it.each([
    ["a tag nobody pushed", "team/app/manifests/nope", 404, "MANIFEST_UNKNOWN"],
    ["an unknown digest", `team/app/manifests/sha256:${"0".repeat(64)}`, 404, "MANIFEST_UNKNOWN"],
    ["an unknown blob", `team/app/blobs/sha256:${"0".repeat(64)}`, 404, "BLOB_UNKNOWN"],
    ["a name in upper case", "team/App/manifests/latest", 400, "NAME_INVALID"],
  ])("answers %s with the specification's error", async (_what, path, status, code) => {
    const reply = await get(path);

    expect(reply.status).toBe(status);
    expect(JSON.parse(reply.body.toString()).errors[0].code).toBe(code);
  });

  it("refuses images it cannot place", () => {
    expect(() => world.side.push("registry.gitlab.com/a/b:1")).toThrow(/no upstream registry/);
    expect(() => world.side.push("quay.io/A/b:1")).toThrow(/not a repository name/);
    expect(() => world.side.push(`nginx@sha256:${"0".repeat(64)}`)).toThrow(/not an image/);
  });
});

describe("tags/list", () => {
  const initial = [
    "1",
    "1.0",
    "1.0.0",
    "1.1",
    "1.1.0",
    "2",
    "2.0",
    "2.0.0",
    "edge",
    "latest",
    "stable",
  ];
  const pages = async (start: string) => {
    const found: string[][] = [];
    for (let next: string | undefined = start; next; ) {
      const reply = await world.ask("GET", next);
      found.push(JSON.parse(reply.body.toString()).tags);
      const link = /^<([^>]*)>; rel="next"$/.exec(String(reply.headers["link"]))?.[1];
      next = link && new URL(link, start).href;
    }
    return found;
  };

  it.each([
    ["mcr.microsoft.com", "last="],
    ["quay.io", "next_page="],
  ])("%s gives all tags over its pages, linked by %s", async (host, parameter) => {
    const start = `https://${host}/v2/team/listed/tags/list?n=4`;
    const found = await pages(start);

    expect(found.map((page) => page.length)).toEqual([4, 4, 3]);
    expect(found.flat()).toEqual(initial);
    expect((await world.ask("GET", start)).headers["link"]).toContain(parameter);
  });

  it("public.ecr.aws takes n up to 1000", async () => {
    const headers = await bearerFrom(world.ask, "https://public.ecr.aws/token/");
    const status = async (n: number) =>
      (await world.ask("GET", `https://public.ecr.aws/v2/a/b/tags/list?n=${n}`, { headers }))
        .status;

    expect([await status(1000), await status(1001)]).toEqual([200, 405]);
  });
});

describe("Accept headers that leave the index out", () => {
  const narrow =
    "application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json";
  const ask = async (host: string, tokenUrl: string, accept: string) => {
    const token = await bearerFrom(world.ask, tokenUrl);
    const url = `https://${host}/v2/team/app/manifests/latest`;
    return world.ask("GET", url, { headers: { accept, ...token } });
  };

  it("ghcr.io: 404 that looks like a tag gone", async () => {
    const url = "https://ghcr.io/token?service=ghcr.io&scope=repository:team/app:pull";
    const reply = await ask("ghcr.io", url, narrow);

    expect(reply.status).toBe(404);
    expect(JSON.parse(reply.body.toString())).toEqual({
      errors: [
        {
          code: "MANIFEST_UNKNOWN",
          message: "OCI index found, but Accept header does not support OCI indexes",
        },
      ],
    });
    expect((await ask("ghcr.io", url, everyType)).status).toBe(200);
  });

  it("docker.io: another digest, that of the linux/amd64 manifest", async () => {
    const url =
      "https://auth.docker.io/token?service=registry.docker.io&scope=repository:team/app:pull";
    const wide = await ask("registry-1.docker.io", url, `${everyType}; q=0.5`);
    const one = await ask("registry-1.docker.io", url, narrow);
    const [amd64] = JSON.parse(wide.body.toString()).manifests;

    expect(one.headers["docker-content-digest"]).toBe(amd64.digest);
    expect(wide.headers.etag).toBe(`"${sha256(wide.body)}"`);
  });
});

describe("blobs and referrers", () => {
  it("serves a range of a blob", async () => {
    const child = world.side.push("mcr.microsoft.com/team/single-range:v1");
    const manifest = JSON.parse(
      (await get(`team/single-range/manifests/${child}`)).body.toString(),
    );
    const path = `team/single-range/blobs/${manifest.config.digest}`;
    const whole = (await get(path)).body;
    const part = await get(path, everyType, { range: "bytes=2-5" });

    expect(part.status).toBe(206);
    expect(part.headers["content-range"]).toBe(`bytes 2-5/${whole.length}`);
    expect(part.body).toEqual(whole.subarray(2, 6));
    expect((await get(path, everyType, { range: "bytes=99999-" })).status).toBe(416);
  });

  it("lists no referrers at quay.io and redirects at ghcr.io", async () => {
    const path = `team/app/referrers/sha256:${"0".repeat(64)}`;
    const quay = await world.ask("GET", `https://quay.io/v2/${path}`);
    const headers = await bearerFrom(world.ask, "https://ghcr.io/token?service=ghcr.io");

    expect(JSON.parse(quay.body.toString()).manifests).toEqual([]);
    expect((await world.ask("GET", `https://ghcr.io/v2/${path}`, { headers })).status).toBe(303);
  });
});
