import { execFile, spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { upstreamWorld } from "./local-upstream-wire.ts";

const absent = spawnSync("skopeo", ["--version"]).error !== undefined;
const why = absent ? " (skipped: apt-get install skopeo)" : "";

/** A proxy whose tunnels all lead to one port, so that a client can use the registries' real names. */
async function tunnelTo(port: number): Promise<Server> {
  const server = createServer();
  server.on("connect", (_request, client) => {
    const far = connect(port, "127.0.0.1", () => {
      client.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      far.pipe(client).pipe(far);
    });
    far.on("error", () => client.destroy());
    client.on("error", () => far.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

describe.skipIf(absent)(`skopeo copies from the upstreams${why}`, () => {
  let world: Awaited<ReturnType<typeof upstreamWorld>>;
  let proxy: Server;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "larder-skopeo-"));
    world = await upstreamWorld();
    proxy = await tunnelTo(world.port);
    await writeFile(join(folder, "ca.pem"), world.ca);
    world.hub.addAccount({ username: "one", password: "pass" });
  });
  afterAll(async () => {
    proxy.close();
    await world.close();
    await rm(folder, { recursive: true });
  });

  const skopeo = async (...words: string[]) => {
    const { port } = proxy.address() as AddressInfo;
    const env = {
      PATH: process.env["PATH"],
      HOME: folder,
      HTTPS_PROXY: `http://127.0.0.1:${port}`,
      SSL_CERT_FILE: join(folder, "ca.pem"),
    };
    const { stdout } = await promisify(execFile)("skopeo", ["--insecure-policy", ...words], {
      env,
    });
    return stdout;
  };

  it.each([
    ["docker.io/library/alpine:latest"],
    ["ghcr.io/owner/app:1.0"],
    ["quay.io/prometheus/prometheus:edge"],
    ["registry.k8s.io/pause:2.0.0"],
    ["mcr.microsoft.com/team/single-app:stable"],
  ])("%s to an OCI folder, every platform, digests verified", async (image) => {
    const to = join(folder, image.replaceAll(/\W/g, "-"));
    await skopeo("copy", "--all", `docker://${image}`, `oci:${to}:copied`);
    const index = JSON.parse(await readFile(join(to, "index.json"), "utf8"));

    expect(index.manifests).toHaveLength(1);
    expect(index.manifests[0].annotations["org.opencontainers.image.ref.name"]).toBe("copied");
  });

  it("logs in with Basic where a repository is private", async () => {
    const image = "docker://docker.io/acme/private-app:latest";

    await expect(skopeo("inspect", "--raw", "--no-creds", image)).rejects.toThrow(
      /denied|unauthorized/,
    );
    expect(await skopeo("inspect", "--raw", "--creds", "one:pass", image)).toContain('"manifests"');
  });

  it("lists all tags over quay.io's pages", async () => {
    for (let build = 0; build < 60; build += 1)
      world.side.push(`quay.io/team/many:build-${build}`, ["linux/amd64"]);
    const listed = JSON.parse(await skopeo("list-tags", "docker://quay.io/team/many"));

    expect(listed.Tags).toHaveLength(71);
  });
});
