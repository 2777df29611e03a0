import { execFile, spawnSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addRule, registryStage, type Stage } from "./local-acr-stage.ts";

const run = promisify(execFile);
const program = "skopeo";
const absent = spawnSync(program, ["--version"]).error !== undefined;
const reason = absent ? " [skipped: no skopeo; apt-get install skopeo]" : "";

describe.skipIf(absent)(`skopeo through a rule${reason}`, () => {
  let stage: Stage;
  let folder: string;
  let digest: string;
  beforeAll(async () => {
    stage = await registryStage();
    addRule(stage, "docker.io/*", "hub/*");
    folder = await mkdtemp(join(tmpdir(), "larder-skopeo-"));
    await writeFile(join(folder, "ca.crt"), stage.ca);
    digest = stage.upstream.push("docker.io/library/nginx:latest", ["linux/amd64", "linux/arm64"]);
  });
  afterAll(async () => {
    await stage.close();
    await rm(folder, { recursive: true });
  });
  const image = () => `docker://${stage.acr.replace("https://", "")}/hub/nginx`;
  const held = () => stage.registry.storage.repositories.get("hub/nginx");
  const skopeo = async (...args: string[]) => (await run(program, args)).stdout;

  it("inspects the index by tag and by digest", async () => {
    const byTag = await skopeo("inspect", "--raw", "--cert-dir", folder, `${image()}:latest`);
    await stage.plane.settled();
    const byDigest = await skopeo("inspect", "--raw", "--cert-dir", folder, `${image()}@${digest}`);

    expect(byTag).toBe(byDigest);
    expect(held()?.tags.get("latest")?.digest).toBe(digest);
  });

  it.each([
    ["by tag", () => `${image()}:latest`],
    ["by digest", () => `${image()}@${digest}`],
  ])("copies one platform to a directory %s", async (name, from) => {
    const to = join(folder, name.replace(" ", "-"));
    const platform = ["--override-os", "linux", "--override-arch", "arm64"];

    await skopeo(...platform, "copy", "--src-cert-dir", folder, from(), `dir:${to}`);
    await stage.plane.settled();

    const manifest = JSON.parse(await readFile(join(to, "manifest.json"), "utf8")) as {
      layers: { digest: string }[];
    };
    const files = await readdir(to);
    expect(manifest.layers.length).toBeGreaterThan(0);
    for (const { digest: layer } of manifest.layers)
      expect(files).toContain(layer.replace("sha256:", ""));
  });

  it("leaves the index and the pulled platform in the registry", () => {
    expect(held()?.manifests.size).toBe(2);
    expect(held()?.blobs.size).toBeGreaterThan(1);
  });

  it("copies to an OCI layout and lists the tags", async () => {
    const platform = ["--override-os", "linux", "--override-arch", "amd64"];
    const to = `oci:${join(folder, "layout")}:latest`;

    await skopeo(...platform, "copy", "--src-cert-dir", folder, `${image()}:latest`, to);
    const listed = await skopeo("list-tags", "--cert-dir", folder, image());

    expect(JSON.parse(listed)).toMatchObject({ Tags: ["latest"] });
    expect(await readdir(join(folder, "layout"))).toContain("index.json");
  });

  it("pushes into a repository that no rule owns, with the admin user", async () => {
    stage.registry.configure({ adminUser: { username: "u", password: "p" } });
    const to = image().replace("hub/nginx", "own/nginx:v1");
    const from = `oci:${join(folder, "layout")}:latest`;

    await skopeo("copy", "--dest-cert-dir", folder, "--dest-creds", "u:p", from, to);

    expect(stage.registry.storage.repositories.get("own/nginx")?.tags.size).toBe(1);
  });
});
