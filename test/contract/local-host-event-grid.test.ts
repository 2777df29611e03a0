import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Host } from "../local/host/host.ts";
import type { Stage } from "./fixtures/host-app/start.ts";
import { stage } from "./fixtures/host-app/start.ts";

let set: Stage;
let host: Host;
beforeAll(async () => {
  set = await stage();
  host = await set.start();
});
afterAll(() => set.close());

const hook = "/runtime/webhooks/eventgrid?functionName=onEvent&code=the-event-grid-key";
const post = (kind: string, body: unknown, path = hook, method = "POST") =>
  fetch(`${host.url}${path}`, {
    method,
    headers: { "aeg-event-type": kind },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
const event = (id: string) => ({
  id,
  eventType: "Microsoft.KeyVault.SecretNearExpiry",
  data: { ObjectName: "docker-token" },
});
const recorded = () =>
  set.recorder.values("onEvent") as { event: { id: string }; metadata: Record<string, unknown> }[];

describe("the Event Grid webhook", () => {
  it.each([
    ["EventGrid schema", [{ data: { validationCode: "code-1" } }], "code-1"],
    ["CloudEvents", { data: '{"validationCode":"code-2"}' }, "code-2"],
  ])("answers the validation of a subscription in %s", async (_, body, code) => {
    const answer = await post("SubscriptionValidation", body);

    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ validationResponse: code });
  });

  it("calls the function once for each event, all at once, and answers 202", async () => {
    const release = set.recorder.hold("onEvent");

    const answering = post("Notification", [event("one"), event("two")]);

    const ids = () =>
      recorded()
        .map((value) => value.event.id)
        .sort();
    await expect.poll(ids, { timeout: 10_000 }).toEqual(["one", "two"]);
    release();
    expect((await answering).status).toBe(202);
  });

  it("gives the event as it is, and its data camel-cased in the metadata", async () => {
    await post("notification", event("three"));

    const last = recorded().at(-1);
    expect(last?.event).toEqual(event("three"));
    expect(last?.metadata).toMatchObject({ data: { objectName: "docker-token" } });
  });

  it("answers 500 with the message when one of the events failed", async () => {
    set.recorder.fail("onEvent", 1, "could not do it");

    const answer = await post("Notification", [event("good"), event("bad")]);

    expect([answer.status, await answer.text()]).toEqual([500, "could not do it"]);
  });

  it.each([
    ["the end of a subscription", "Unsubscribe", hook, "POST", 202],
    ["an unknown kind", "Surprise", hook, "POST", 400],
    ["the CloudEvents handshake", "", hook, "OPTIONS", 400],
    ["a method it does not take", "Notification", hook, "PATCH", 404],
    ["a body that is no JSON", "Notification", hook, "POST", 500],
    ["no key", "Notification", "/runtime/webhooks/eventgrid?functionName=onEvent", "POST", 401],
    ["a key for functions", "Notification", `${hook}-no`, "POST", 401],
  ])("%s", async (_, kind, path, method, status) => {
    const answer = await post(kind, "{", path, method);

    expect(answer.status).toBe(status);
  });

  it.each([
    ["the host key", "the-host-key", 401],
    ["another extension's key", "another-key", 401],
    ["the master key", "the-master-key", 202],
  ])("with %s", async (_, key, status) => {
    const path = `/runtime/webhooks/eventgrid?functionName=onEvent&code=${key}`;

    expect((await post("Unsubscribe", "", path)).status).toBe(status);
  });

  it.each(["nobody", "work"])("404 for %s, which has no Event Grid trigger", async (name) => {
    const answer = await post("Notification", [], hook.replace("onEvent", name));

    expect([answer.status, await answer.text()]).toEqual([404, `cannot find function: '${name}'`]);
  });
});
