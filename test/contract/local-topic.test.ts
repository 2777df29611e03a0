import { describe, expect, it } from "vitest";
import { request } from "./local-request.ts";
import { topicStage } from "./local-topic-stage.ts";

const stage = topicStage();

const event = {
  specversion: "1.0",
  id: "a",
  type: "Larder.TokenTested",
  source: "/larder/registries/contoso/credentialSets/docker-hub",
  data: { x: 1 },
};

function post(
  body: unknown,
  change: {
    readonly path?: string;
    readonly method?: string;
    readonly authorization?: string;
    readonly type?: string;
  } = {},
) {
  const { identity, url, ca } = stage();
  const token = identity.issue(identity.appPrincipalId, "https://eventgrid.azure.net");
  return request(url + (change.path ?? "/api/events?api-version=2018-01-01"), {
    method: change.method ?? "POST",
    ca,
    headers: {
      authorization: change.authorization ?? `Bearer ${token}`,
      "content-type": change.type ?? "application/cloudevents-batch+json; charset=utf-8",
    },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
}

describe("the topic", () => {
  it("keeps what it takes, and shows it", async () => {
    expect((await post([event, { ...event, id: "b", lang: "en" }])).status).toBe(200);
    expect((await post([event])).status).toBe(200);

    expect(stage().topic.events()).toEqual([event, { ...event, id: "b", lang: "en" }, event]);
    expect(stage().topic.state()).toEqual({
      taken: { "Larder.TokenTested": 3 },
      latest: [event, { ...event, id: "b", lang: "en" }, event],
    });
  });

  it.each([
    ["no JSON", "[{"],
    ["a single event", event],
    ["an event without a type", [event, { ...event, type: undefined }]],
    ["an older version of the specification", [{ ...event, specversion: "0.3" }]],
    ["a time that is none", [{ ...event, time: "yesterday" }]],
    ["an attribute whose name is not allowed", [{ ...event, daysLeft: "3" }]],
  ])("refuses %s, and all that came with it", async (_case, body) => {
    const reply = await post(body);

    expect(reply.status).toBe(400);
    expect(reply.json).toMatchObject({ error: { code: "BadRequest" } });
    expect(stage().topic.events()).toEqual([]);
  });

  it.each([
    ["another version", { path: "/api/events?api-version=2018-01-02" }, 400],
    ["no version", { path: "/api/events" }, 400],
    ["another schema", { type: "application/json" }, 400],
    ["no token", { authorization: "" }, 401],
    ["a token nobody signed", { authorization: "Bearer a.b.c" }, 401],
    ["another path", { path: "/api/event?api-version=2018-01-01" }, 404],
    ["another method", { method: "PUT" }, 405],
  ])("refuses %s with a reason", async (_case, change, status) => {
    const reply = await post([event], change);

    expect(reply.status).toBe(status);
    expect(reply.json).toMatchObject({
      error: { code: expect.any(String), message: expect.stringMatching(/.{10}/) },
    });
    expect(stage().topic.events()).toEqual([]);
  });

  it("takes tokens for Event Grid only, of the app only", async () => {
    const { identity } = stage();
    const bearer = (principalId: string, audience: string) => ({
      authorization: `Bearer ${identity.issue(principalId, audience)}`,
    });
    const other = await post([event], bearer(identity.appPrincipalId, "https://vault.azure.net"));
    const stranger = await post([event], bearer("somebody", "https://eventgrid.azure.net"));

    expect([other.status, stranger.status]).toEqual([401, 401]);
    expect(stranger.text).toContain("does not have permission to send data");
  });

  it("turns everybody away when its network is closed", async () => {
    stage().topic.switches.publicNetworkAccess = false;

    expect((await post([event])).status).toBe(403);
  });

  it("takes a megabyte at once, and no more", async () => {
    const sized = (bytes: number) => {
      const empty = JSON.stringify([{ ...event, data: "" }]).length;
      return [{ ...event, data: "x".repeat(bytes - empty) }];
    };

    expect((await post(sized(1_048_576))).status).toBe(200);
    expect((await post(sized(1_048_577))).status).toBe(413);
    expect(stage().topic.events()).toHaveLength(1);
  });

  it("is counted, and subject to faults in Azure's words", async () => {
    stage().faults.add({ where: "topic", kind: "429", times: 1, retryAfter: 7 });
    const hit = await post([event]);
    await post([event]);
    await post([event], { path: "/" });

    expect([hit.status, hit.headers["retry-after"]]).toEqual([429, "7"]);
    expect(hit.json).toMatchObject({ error: { code: "TooManyRequests" } });
    expect(stage().log.counts()).toEqual({ topic: { "POST /api/events": 2, other: 1 } });
  });
});
