import { afterEach, describe, expect, it } from "vitest";
import type { Switches } from "../local/acr/switches.ts";
import { askAcr, codeOf, registryStage, type Stage } from "./local-acr-stage.ts";

let stage: Stage;
afterEach(() => stage.close());

const adminUser = { username: "u", password: "p" };
const authorization = `Basic ${Buffer.from("u:p").toString("base64")}`;

async function start(rateLimits: Switches["rateLimits"]) {
  stage = await registryStage({ adminUser, rateLimits });
  for (const tag of ["a", "b", "c"])
    stage.registry.storage.put("app", {
      bytes: Buffer.from(`{"annotations":{"t":"${tag}"}}`),
      mediaType: "x/y",
      tag,
    });
}
const untag = (tag: string) =>
  fetch(`${stage.acr}/acr/v1/app/_tags/${tag}`, { method: "DELETE", headers: { authorization } });

describe("rate limits", () => {
  it("refuse with a Retry-After that counts down, and end with the minute", async () => {
    await start({ delete: 4 });

    expect([(await untag("a")).status, (await untag("b")).status]).toEqual([202, 202]);
    const refused = await untag("c");
    stage.clock.advance(40);
    const later = await untag("c");
    stage.clock.advance(20);

    expect([refused.status, await codeOf(refused)]).toEqual([429, "TOOMANYREQUESTS"]);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThanOrEqual(59);
    expect(Number(later.headers.get("retry-after"))).toBeLessThanOrEqual(20);
    expect((await untag("c")).status).toBe(202);
  });

  it("give one identity half, and count reads apart from deletes", async () => {
    await start({ delete: 2, read: 100 });

    expect([(await untag("a")).status, (await untag("b")).status]).toEqual([202, 429]);
    expect((await askAcr(stage, "GET", "/acr/v1/app/_tags")).status).toBe(200);
  });

  it("let the tier's own numbers pass in a quiet minute", async () => {
    await start("tier");

    for (const tag of ["a", "b", "c"]) expect((await untag(tag)).status).toBe(202);
  });

  it("count token requests for the registry as a whole", async () => {
    await start({ oauth: 1 });
    const token = () => fetch(`${stage.acr}/oauth2/token?service=s&scope=repository:app:pull`);

    expect([(await token()).status, (await token()).status]).toEqual([200, 429]);
  });
});
