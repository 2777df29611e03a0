import { QueueServiceClient } from "@azure/storage-queue";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Host } from "../local/host/host.ts";
import type { WorkerExit } from "../local/host/worker-process.ts";
import type { Stage } from "./fixtures/host-app/start.ts";
import { stage } from "./fixtures/host-app/start.ts";

let set: Stage;
let host: Host;
beforeAll(async () => {
  set = await stage();
});
afterAll(() => set.close());
afterEach(() => host.stop());

const soon = { timeout: 20_000 };
const get = (path: string) => fetch(`${host.url}${path}`);
const workerPid = async () =>
  ((await (await get("/api/environment")).json()) as { pid: number }).pid;
const count = (name: string) => set.recorder.values(name).length;

describe("a worker that is killed", () => {
  it("in a request: 502, and the next request finds a new worker", async () => {
    host = await set.start();
    const exits: WorkerExit[] = [];
    host.onWorkerExit((exit) => exits.push(exit));
    const before = await workerPid();
    const release = set.recorder.hold("slow");
    const answering = get("/api/slow");
    await expect.poll(() => count("slow"), soon).toBe(1);

    await host.kill();

    expect((await answering).status).toBe(502);
    expect(await workerPid()).not.toBe(before);
    expect(exits).toEqual([{ code: null, signal: "SIGKILL" }]);
    release();
  });

  it("in a message: it is delivered again to the next one", async () => {
    host = await set.start();
    const queue = QueueServiceClient.fromConnectionString(set.storage).getQueueClient("work");
    const release = set.recorder.hold("work");
    await queue.sendMessage(Buffer.from("precious").toString("base64"));
    await expect.poll(() => count("work"), soon).toBe(1);

    await host.kill();
    release();

    await expect.poll(() => count("work"), soon).toBe(2);
    expect(set.recorder.values("work")).toMatchObject([
      { message: "precious", metadata: { dequeueCount: 1 } },
      { message: "precious", metadata: { dequeueCount: 2 } },
    ]);
    const left = async () => (await queue.getProperties()).approximateMessagesCount;
    await expect.poll(left, soon).toBe(0);
  });

  it("in a timer's run: the schedule goes on", async () => {
    const env = { "AzureWebJobs.everySecond.Disabled": "1", "AzureWebJobs.atStart.Disabled": "1" };
    host = await set.start({ env });
    const release = set.recorder.hold("sweep");
    set.scheduler.advance(300_000);
    await expect.poll(() => count("sweep"), soon).toBe(1);

    await host.kill();
    release();
    await expect.poll(() => set.scheduler.planned(), soon).toBe(1);
    expect(await workerPid()).toBeGreaterThan(0);
    set.scheduler.advance(300_000);

    await expect.poll(() => count("sweep"), soon).toBe(2);
  });

  it("stays dead without autoRestart: 503 and a state that says so, until restart", async () => {
    host = await set.start({ autoRestart: false, patienceMs: 50 });
    await host.kill();

    const status = await fetch(`${host.url}/admin/host/status?code=the-master-key`);
    expect(await status.json()).toMatchObject({ state: "Error" });
    expect((await get("/api/environment")).status).toBe(503);
    await host.restart();
    expect((await get("/api/environment")).status).toBe(200);
  });
});

describe("a restart", () => {
  it("ends the worker in good order and keeps the address", async () => {
    host = await set.start();
    const before = await workerPid();
    const terminated = count("terminated");

    await host.restart();

    expect(count("terminated")).toBe(terminated + 1);
    expect(await workerPid()).not.toBe(before);
  });
});
