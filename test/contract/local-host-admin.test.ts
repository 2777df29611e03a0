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

const master = { "x-functions-key": "the-master-key" };
const call = (method: string, path: string, body?: string, headers: object = master) =>
  fetch(`${host.url}${path}`, { method, headers: { ...headers }, ...(body && { body }) });
const seen = (name: string) => expect.poll(() => set.recorder.values(name), { timeout: 10_000 });

describe("running a function by hand", () => {
  it("answers 202 at once, while it runs", async () => {
    const release = set.recorder.hold("sweep");

    const answer = await call("POST", "/admin/functions/sweep", '{"input":"ignored"}');

    expect([answer.status, await answer.text()]).toEqual([202, ""]);
    await seen("sweep").toEqual([
      { schedule: { adjustForDST: true }, scheduleStatus: null, isPastDue: false },
    ]);
    release();
  });

  it("gives a queue function the input as its message", async () => {
    await call("POST", "/admin/functions/work", JSON.stringify({ input: '{"a":1}' }));

    await seen("work").toContainEqual(expect.objectContaining({ message: { a: 1 } }));
  });

  it("gives an Event Grid function the input as its event", async () => {
    const event = { id: "by hand", data: { ObjectName: "x" } };

    await call(
      "POST",
      "/admin/functions/onEvent",
      JSON.stringify({ input: JSON.stringify(event) }),
    );

    await seen("onEvent").toContainEqual(expect.objectContaining({ event }));
  });

  it.each([
    ["an unknown function", "/admin/functions/nobody", '{"input":""}', 404],
    ["no body", "/admin/functions/sweep", undefined, 400],
    ["a body that is not JSON", "/admin/functions/sweep", "{", 400],
  ])("%s", async (_, path, body, status) => {
    expect((await call("POST", path, body)).status).toBe(status);
  });
});

describe("the admin endpoints", () => {
  it.each(["/admin/functions", "/admin/functions/sweep/status", "/admin/host/status", "/admin/x"])(
    "%s wants the master key",
    async (path) => {
      const answer = await call("GET", path, undefined, { "x-functions-key": "the-host-key" });

      expect([answer.status, await answer.text()]).toEqual([401, ""]);
    },
  );

  it("tells the host's state", async () => {
    const answer = await call("GET", "/admin/host/status");

    expect(await answer.json()).toMatchObject({ id: "host-app", state: "Running" });
  });

  it("lists functions with where to call them", async () => {
    const answer = await call("GET", "/admin/functions");

    const list = (await answer.json()) as { name: string }[];
    expect(list.find(({ name }) => name === "rest")).toMatchObject({
      invoke_url_template: `${host.url}/api/rest/{*path}`,
      isDisabled: false,
      language: "node",
    });
    expect(list.find(({ name }) => name === "off")).toMatchObject({ isDisabled: true });
  });

  it("answers for one function, 404 for none", async () => {
    const known = await call("GET", "/admin/functions/sweep/status");
    const unknown = await call("GET", "/admin/functions/nobody/status");

    expect([known.status, unknown.status]).toEqual([200, 404]);
  });

  it("lets anybody ping and warm up, which runs the warmup function", async () => {
    const ping = await call("GET", "/admin/host/ping", undefined, {});
    const warm = await call("GET", "/admin/warmup", undefined, {});

    expect([ping.status, warm.status]).toEqual([200, 200]);
    await seen("warm").toEqual([null]);
  });
});
