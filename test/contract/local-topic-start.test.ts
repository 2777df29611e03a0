import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type StandIn, startStandIn } from "../local/stand-in.ts";
import { request } from "./local-request.ts";

const event = {
  specversion: "1.0",
  id: "a",
  type: "Larder.TokenTested",
  source: "/larder/registries/contoso/credentialSets/docker-hub",
  data: { x: 1 },
};

describe("the stand-in with a topic", () => {
  let standIn: StandIn;
  beforeAll(async () => {
    standIn = await startStandIn();
  });
  afterAll(() => standIn.close());

  it("tells the app where it is, and shows what came", async () => {
    const { settings, urls, identity, ca } = standIn;
    const token = identity.issue(identity.appPrincipalId, "https://eventgrid.azure.net");
    await request(`${settings["EVENT_TOPIC"]}?api-version=2018-01-01`, {
      method: "POST",
      ca,
      headers: {
        authorization: `Bearer ${token}`,
        "content-type": "application/cloudevents-batch+json",
      },
      body: JSON.stringify([event]),
    });
    const state = await request(`${urls.control}/state`);
    const counts = await request(`${urls.control}/requests`);

    expect(settings["EVENT_TOPIC"]).toBe(`${urls.topic}/api/events`);
    expect(standIn.topic.events()).toEqual([event]);
    expect(state.json).toMatchObject({ topic: { taken: { "Larder.TokenTested": 1 } } });
    expect(counts.json).toMatchObject({ topic: { "POST /api/events": 1 } });
  });

  it("takes faults for it", async () => {
    const body = JSON.stringify({ where: "topic", kind: "503" });
    const reply = await request(`${standIn.urls.control}/faults`, { method: "POST", body });

    expect(reply.status).toBe(201);
  });

  it("has the password of the seeded account in the vault, where it opens a session", async () => {
    const id = `${standIn.urls.vault}/secrets/docker-hub-larderbot-password`;
    standIn.vault.reader.grant("reader", "docker-hub-larderbot-password");
    const held = standIn.vault.reader.readAs("reader", id);
    const password = "value" in held ? held.value : "";
    const { status, json } = await request(`${standIn.urls.dockerHub}/v2/auth/token`, {
      method: "POST",
      ca: standIn.ca,
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ identifier: "larderbot", secret: password }),
    });

    expect(status).toBe(200);
    expect(json).toHaveProperty("access_token");
  });
});
