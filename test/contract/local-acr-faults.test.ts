import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { addRule, codeOf, pulls, registryStage, type Stage } from "./local-acr-stage.ts";

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

describe("upstream trouble", () => {
  it("does not stop cached tags, unless strict", async () => {
    push();
    await pull.amd64();
    stage.clock.advance(301);
    stage.faults.add({ where: "registry-1.docker.io", kind: "500" });

    expect((await manifest("latest")).status).toBe(200);
    stage.registry.configure({ staleIfError: false });

    expect((await manifest("latest")).status).toBe(424);
  });

  it.each([
    ["registry-1.docker.io", "500", 424, /request to pull from source .* has failed/],
    ["registry-1.docker.io", "429", 429, /too many requests to source registry for cache rule/],
    ["registry-1.docker.io", "403", 401, /authentication required with source registry/],
    ["registry-1.docker.io", "drop", 502, /502 Bad Gateway/],
  ])("%s %s surfaces as %i", async (where, kind, status, text) => {
    push();
    stage.faults.add({ where, kind });

    const answer = await manifest("latest");

    expect(answer.status).toBe(status);
    expect(await answer.text()).toMatch(text);
  });

  it.each([
    ["source-unauthorized", 401],
    ["source-throttled", 429],
    ["source-failed", 424],
    ["source-bad-gateway", 502],
  ])("the named fault %s answers %i without asking upstream", async (kind, status) => {
    stage.faults.add({ where: "acr", kind, times: 1 });

    expect((await manifest("latest")).status).toBe(status);
  });

  it("names an unknown tag", async () => {
    push();

    const answer = await manifest("alpha");

    expect([answer.status, await codeOf(answer)]).toEqual([404, "MANIFEST_UNKNOWN"]);
  });

  it("says the login is missing when the secret holds a wrong password", async () => {
    push();
    stage.secrets["password"] = "wrong";

    const answer = await manifest("latest");
    stage.secrets["password"] = "right";

    expect([answer.status, await codeOf(answer)]).toEqual([401, "UNAUTHORIZED"]);
  });

  it("a deleted tag can stay unknown although upstream has it", async () => {
    push();
    await pull.amd64();
    stage.registry.configure({ unknownAfterDelete: true });

    await stage.data.getArtifact(repository, "latest").deleteTag("latest");
    const answer = await manifest("latest");
    stage.registry.configure({ unknownAfterDelete: false });

    expect([answer.status, await codeOf(answer)]).toEqual([404, "MANIFEST_UNKNOWN"]);
  });
});
