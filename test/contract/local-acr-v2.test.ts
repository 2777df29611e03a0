import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addRule, askAcr, codeOf, digestOf, registryStage, type Stage } from "./local-acr-stage.ts";

const type = "application/vnd.oci.image.manifest.v1+json";
let stage: Stage;
let subject: string;

beforeAll(async () => {
  stage = await registryStage();
  addRule(stage, "ghcr.io/*", "gh/*");
  const put = (tag: string, manifest: object) =>
    stage.registry.storage.put("own/app", {
      bytes: Buffer.from(JSON.stringify({ schemaVersion: 2, ...manifest })),
      mediaType: type,
      tag,
    });
  subject = put("v1", {});
  for (const artifactType of ["application/sbom", "application/signature"])
    put(artifactType.replace("/", "-"), { artifactType, subject: { digest: subject } });
});
afterAll(() => stage.close());

describe("what other clients ask of a registry", () => {
  it("lists the catalog and tags by page, as acr-cli and regsync do", async () => {
    const catalog = await askAcr(stage, "GET", "/v2/_catalog?n=100");
    const end = await askAcr(stage, "GET", "/v2/_catalog?n=100&last=own/app");
    const tags = await askAcr(stage, "GET", "/v2/own/app/tags/list?n=2");
    const next = tags.headers.get("link") ?? "";
    const rest = await askAcr(stage, "GET", next.slice(1, next.indexOf(">")));

    expect(await catalog.json()).toEqual({ repositories: ["own/app"] });
    expect(await end.json()).toEqual({ repositories: [] });
    expect(await tags.json()).toEqual({
      name: "own/app",
      tags: ["application-sbom", "application-signature"],
    });
    expect(await rest.json()).toEqual({ name: "own/app", tags: ["v1"] });
  });

  it("finds the referrers of a digest, all or of one type", async () => {
    const path = `/v2/own/app/referrers/${subject}`;
    const whole = (await (await askAcr(stage, "GET", path)).json()) as { manifests: unknown[] };
    const one = await askAcr(stage, "GET", `${path}?artifactType=application/sbom`);

    expect(whole.manifests).toHaveLength(2);
    expect(one.headers.get("oci-filters-applied")).toBe("artifactType");
    expect(await one.json()).toMatchObject({
      mediaType: "application/vnd.oci.image.index.v1+json",
      manifests: [{ artifactType: "application/sbom", mediaType: type }],
    });
  });

  it("answers 424 when upstream does not give referrers under a rule", async () => {
    const digest = stage.upstream.push("ghcr.io/team/app:latest");
    stage.faults.add({ where: "ghcr.io", match: "/referrers/", kind: "303" });

    const answer = await askAcr(stage, "GET", `/v2/gh/team/app/referrers/${digest}`);
    const body = await answer.clone().text();

    expect([answer.status, await codeOf(answer)]).toEqual([424, "UNKNOWN"]);
    expect(body).toContain(
      "request to fetch referrers from source 'ghcr.io/*' for cache rule 'gh--' returned status code 303.",
    );
  });

  it("tells the digest on HEAD, and 404 for what is not there", async () => {
    const head = await askAcr(stage, "HEAD", "/v2/own/app/manifests/v1");

    expect([head.status, digestOf(head), head.headers.get("content-type")]).toEqual([
      200,
      subject,
      type,
    ]);
    const none = await askAcr(stage, "GET", "/v2/own/app/manifests/v9");
    expect([none.status, await codeOf(none)]).toEqual([404, "MANIFEST_UNKNOWN"]);
    const wrong = await askAcr(stage, "GET", "/v3/");
    expect(wrong.status).toBe(404);
  });

  it("refuses to delete a manifest by tag", async () => {
    const adminUser = { username: "u", password: "p" };
    stage.registry.configure({ adminUser });
    const authorization = `Basic ${Buffer.from("u:p").toString("base64")}`;

    const answer = await fetch(`${stage.acr}/v2/own/app/manifests/v1`, {
      method: "DELETE",
      headers: { authorization },
    });

    expect(answer.status).toBe(405);
  });
});
