import { describe, expect, it } from "vitest";
import { pulling } from "./local-acr-pulling.ts";
import { codeOf } from "./local-acr-stage.ts";

const world = pulling();
const push = () => world.push();
const manifest = (reference: string, method?: string) => world.manifest(reference, method);

describe("upstream trouble", () => {
  it("does not stop cached tags, unless strict", async () => {
    push();
    await world.pull.amd64();
    world.stage.clock.advance(301);
    world.stage.faults.add({ where: "registry-1.docker.io", kind: "500" });

    expect((await manifest("latest")).status).toBe(200);
    world.stage.registry.configure({ staleIfError: false });

    expect((await manifest("latest")).status).toBe(424);
  });

  it.each([
    ["registry-1.docker.io", "500", 424, /request to pull from source .* has failed/],
    ["registry-1.docker.io", "429", 429, /too many requests to source registry for cache rule/],
    ["registry-1.docker.io", "403", 401, /authentication required with source registry/],
    ["registry-1.docker.io", "drop", 502, /502 Bad Gateway/],
  ])("%s %s surfaces as %i", async (where, kind, status, text) => {
    push();
    world.stage.faults.add({ where, kind });

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
    world.stage.faults.add({ where: "acr", kind, times: 1 });

    expect((await manifest("latest")).status).toBe(status);
  });

  it("names an unknown tag", async () => {
    push();

    const answer = await manifest("alpha");

    expect([answer.status, await codeOf(answer)]).toEqual([404, "MANIFEST_UNKNOWN"]);
  });

  it("says the login is missing when the secret holds a wrong password", async () => {
    push();
    world.stage.secrets["password"] = "wrong";

    const answer = await manifest("latest");
    world.stage.secrets["password"] = "right";

    expect([answer.status, await codeOf(answer)]).toEqual([401, "UNAUTHORIZED"]);
  });

  it("a deleted tag can stay unknown although upstream has it", async () => {
    push();
    await world.pull.amd64();
    world.stage.registry.configure({ unknownAfterDelete: true });

    await world.stage.data.getArtifact(world.repository, "latest").deleteTag("latest");
    const answer = await manifest("latest");
    world.stage.registry.configure({ unknownAfterDelete: false });

    expect([answer.status, await codeOf(answer)]).toEqual([404, "MANIFEST_UNKNOWN"]);
  });
});
