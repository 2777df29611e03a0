import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bearerFrom, everyType, upstreamWorld } from "./local-upstream-wire.ts";

const absent = spawnSync("docker-registry", ["--version"]).error !== undefined;
const why = absent ? " (skipped: apt-get install docker-registry)" : "";

/** Starts Debian's docker-registry on a free port of loopback and waits until it says where it listens. */
async function startRegistry(folder: string): Promise<{ process: ChildProcess; url: string }> {
  const config = join(folder, "config.yml");
  await writeFile(
    config,
    `version: 0.1\nstorage: {filesystem: {rootdirectory: ${folder}/data}}\nhttp: {addr: "127.0.0.1:0"}\n`,
  );
  const process = spawn("docker-registry", ["serve", config], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  return new Promise((resolve, reject) => {
    let said = "";
    const listen = (part: Buffer) => {
      said += part.toString();
      const [, address] = /listening on (127\.0\.0\.1:\d+)/.exec(said) ?? [];
      if (address) resolve({ process, url: `http://${address}` });
    };
    process.stdout.on("data", listen);
    process.stderr.on("data", listen);
    process.on("exit", () => reject(new Error(`docker-registry ended: ${said}`)));
  });
}

/** Puts a one-layer image into a registry; returns its digest and the layer's. */
async function publish(url: string, repository: string, tag: string) {
  const upload = async (bytes: Buffer) => {
    const digest = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
    const begun = await fetch(`${url}/v2/${repository}/blobs/uploads/`, { method: "POST" });
    const at = new URL(begun.headers.get("location") ?? "", url);
    at.searchParams.set("digest", digest);
    const done = await fetch(at, { method: "PUT", body: new Uint8Array(bytes) });
    expect(done.status).toBe(201);
    return { digest, size: bytes.length };
  };
  const config = await upload(Buffer.from('{"architecture":"amd64","os":"linux"}'));
  const layer = await upload(Buffer.from(`layer of ${repository}`));
  const type = "application/vnd.docker.distribution.manifest.v2+json";
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: type,
    config: { mediaType: "application/vnd.docker.container.image.v1+json", ...config },
    layers: [{ mediaType: "application/vnd.docker.image.rootfs.diff.tar.gzip", ...layer }],
  });
  const put = await fetch(`${url}/v2/${repository}/manifests/${tag}`, {
    method: "PUT",
    headers: { "content-type": type },
    body: manifest,
  });
  expect(put.status).toBe(201);
  return { digest: put.headers.get("docker-content-digest"), layer: layer.digest };
}

describe.skipIf(absent)(`a real docker-registry behind an upstream${why}`, () => {
  let world: Awaited<ReturnType<typeof upstreamWorld>>;
  let folder: string;
  let registry: Awaited<ReturnType<typeof startRegistry>>;
  let open: Awaited<ReturnType<typeof publish>>;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "larder-registry-"));
    [world, registry] = await Promise.all([upstreamWorld(), startRegistry(folder)]);
    open = await publish(registry.url, "real/app", "v1");
    await publish(registry.url, "real/private-app", "v1");
    world.side.behind("docker.io", registry.url);
  });
  afterAll(async () => {
    registry.process.kill();
    await world.close();
    await rm(folder, { recursive: true });
  });

  const ask = async (method: string, repository: string, rest: string, login?: string) => {
    const scope = `repository:${repository}:pull`;
    const door = `https://auth.docker.io/token?service=registry.docker.io&scope=${scope}`;
    const headers = { accept: everyType, ...(await bearerFrom(world.ask, door, login)) };
    return world.ask(method, `https://registry-1.docker.io/v2/${repository}/${rest}`, { headers });
  };

  it("serves what the registry holds, with Docker Hub's headers in front", async () => {
    const head = await ask("HEAD", "real/app", "manifests/v1");
    const get = await ask("GET", "real/app", "manifests/v1");
    const layer = await ask("GET", "real/app", `blobs/${open.layer}`);
    const tags = await ask("GET", "real/app", "tags/list");

    expect(head.headers["docker-content-digest"]).toBe(open.digest);
    expect(head.headers["content-length"]).toBe(String(get.body.length));
    expect(get.headers["ratelimit-limit"]).toBe("100;w=21600");
    expect(layer.body.toString()).toBe("layer of real/app");
    expect(JSON.parse(tags.body.toString())).toEqual({ name: "real/app", tags: ["v1"] });
  });

  it("asks for a token and a login as Docker Hub does", async () => {
    const url = "https://registry-1.docker.io/v2/real/app/manifests/v1";
    world.hub.addAccount({ username: "one", password: "pass" });

    expect((await world.ask("GET", url)).status).toBe(401);
    expect((await ask("GET", "real/private-app", "manifests/v1")).status).toBe(401);
    expect((await ask("GET", "real/private-app", "manifests/v1", "one:pass")).status).toBe(200);
  });

  it("passes on its 404 for a tag it does not have, and leaves other repositories as they were", async () => {
    expect((await ask("GET", "real/app", "manifests/latest")).status).toBe(404);
    expect((await ask("GET", "library/nginx", "manifests/latest")).status).toBe(200);
  });

  it("is used by pulls in this process too", async () => {
    const path = "real/app/manifests/v1";
    const answer = await world.side.pull("docker.io", "GET", path, everyType, undefined);

    expect(answer.headers?.["Docker-Content-Digest"]).toBe(open.digest);
  });
});
