import type { QueueClient } from "@azure/storage-queue";
import { QueueServiceClient } from "@azure/storage-queue";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Host } from "../local/host/host.ts";
import type { Stage } from "./fixtures/host-app/start.ts";
import { stage } from "./fixtures/host-app/start.ts";

let set: Stage;
let host: Host;
let name = "";
let serial = 0;
beforeAll(async () => {
  set = await stage();
});
afterAll(() => set.close());
beforeEach(() => {
  serial += 1;
  name = `work-${serial}`;
});
afterEach(() => host.stop());

const start = async (queues = {}, env = {}) => {
  host = await set.start({
    env: { WORK_QUEUE: name, ...env },
    queues: { maxPollingIntervalMs: 100, ...queues },
  });
};
const queue = (suffix = ""): QueueClient =>
  QueueServiceClient.fromConnectionString(set.storage).getQueueClient(`${name}${suffix}`);
const send = (text: string) => queue().sendMessage(Buffer.from(text).toString("base64"));
const soon = { timeout: 20_000 };
const left = async () => (await queue().getProperties()).approximateMessagesCount;
const visible = async (suffix = "") =>
  (await queue(suffix).peekMessages({ numberOfMessages: 32 })).peekedMessageItems.map(
    ({ messageText }) => messageText,
  );
const poison = () => visible("-poison").catch(() => "no such queue yet");

interface Seen {
  readonly message: unknown;
  readonly metadata: Record<string, unknown>;
}
/** Values recorded for messages that carry `mark`, so that tests do not see each other's. */
const seen = (mark: string) =>
  (set.recorder.values("work") as Seen[]).filter(({ message }) =>
    JSON.stringify(message).includes(mark),
  );

describe("queue triggers", () => {
  it("take a message, with its metadata, and delete it", async () => {
    await start();
    const sent = await send('{"mark":"first"}');

    await expect.poll(() => seen("first").length, soon).toBe(1);
    await expect.poll(left, soon).toBe(0);
    expect(seen("first")[0]).toMatchObject({
      message: { mark: "first" },
      metadata: {
        queueTrigger: { mark: "first" },
        dequeueCount: 1,
        id: sent.messageId,
        popReceipt: expect.any(String),
        insertionTime: expect.stringMatching(/^20\d\d-.*\+00:00$/),
        expirationTime: expect.stringMatching(/^20\d\d-.*\+00:00$/),
        nextVisibleTime: expect.stringMatching(/^20\d\d-.*\+00:00$/),
      },
    });
  });

  it("give a number for a text that is one", async () => {
    await start();
    await send("31337");

    await expect.poll(() => seen("31337").map(({ message }) => message), soon).toEqual([31337]);
  });

  it("retry a failed message until it succeeds", async () => {
    await start();
    set.recorder.fail("work", 2, "not yet");
    await send("again");

    await expect
      .poll(() => seen("again").map(({ metadata }) => metadata["dequeueCount"]), soon)
      .toEqual([1, 2, 3]);
    await expect.poll(left, soon).toBe(0);
  });

  it("wait the visibility timeout after a failure", async () => {
    await start({ visibilityTimeoutMs: 3_600_000 });
    set.recorder.fail("work", 1, "later");
    const sent = await send("patience");

    await expect.poll(() => set.log.join("\n"), soon).toContain("later");
    await expect.poll(left, soon).toBe(1);
    const { receivedMessageItems } = await queue().receiveMessages();
    expect(receivedMessageItems).toEqual([]);
    expect(seen("patience")).toMatchObject([{ metadata: { id: sent.messageId } }]);
  });

  it("move a message that failed too often to the poison queue", async () => {
    await start();
    set.recorder.fail("work", 3, "never");
    await send("hopeless");

    await expect.poll(poison, soon).toEqual([Buffer.from("hopeless").toString("base64")]);
    await expect.poll(left, soon).toBe(0);
    expect(seen("hopeless")).toHaveLength(3);
    set.recorder.fail("work", 0, "");
  });

  it("move it at its last failure, not at the delivery after that", async () => {
    await start({ maxDequeueCount: 1, visibilityTimeoutMs: 3_600_000 });
    set.recorder.fail("work", 1, "never");
    await queue().sendMessage("b25jZQ==");

    await expect.poll(poison, soon).toEqual(["b25jZQ=="]);
    expect(seen("once")).toHaveLength(1);
  });

  it("move a message that others took too often, unseen", async () => {
    await queue().create();
    await queue().sendMessage("c3RhbGU=");
    await queue().receiveMessages({ visibilityTimeout: 1 });
    await start({ maxDequeueCount: 1 });

    await expect.poll(poison, soon).toEqual(["c3RhbGU="]);
    expect(seen("stale")).toEqual([]);
  });

  it("move a message that is not base64 to the poison queue, unseen", async () => {
    await start();
    await queue().sendMessage("{not base64}");

    await expect.poll(poison, soon).toEqual(["{not base64}"]);
    expect(seen("not base64")).toEqual([]);
  });

  it("keep a message invisible for as long as it is worked on", async () => {
    const release = set.recorder.hold("work");
    await start({ invisibilityMs: 1000, batchSize: 1, newBatchThreshold: 0 });
    await send("slow work");
    await expect.poll(() => seen("slow work").length, soon).toBe(1);

    // When the marker comes to light two invisibilities are over: only renewals kept the other away.
    await queue().sendMessage("marker", { visibilityTimeout: 2 });
    await expect.poll(() => visible(), soon).toEqual(["marker"]);
    release();

    await expect.poll(poison, soon).toEqual(["marker"]);
    await expect.poll(left, soon).toBe(0);
    expect(seen("slow work")).toHaveLength(1);
  });

  it("take no more than a batch and its threshold at a time", async () => {
    const release = set.recorder.hold("work");
    await start({ batchSize: 2, newBatchThreshold: 1 });
    await Promise.all([1, 2, 3, 4, 5, 6].map((at) => send(`many ${at}`)));

    await expect.poll(() => seen("many").length, soon).toBe(2);
    // Ten polling intervals later still two: the next batch waits until at most one is in work.
    await queue().sendMessage("marker", { visibilityTimeout: 1 });
    await expect.poll(() => visible(), soon).toContain("marker");
    expect(seen("many")).toHaveLength(2);
    release();

    await expect.poll(() => seen("many").length, soon).toBe(6);
    await expect.poll(left, soon).toBe(0);
  });

  it("finish the message in work before they stop", async () => {
    const release = set.recorder.hold("work");
    await start();
    await send("last words");
    await expect.poll(() => seen("last words").length, soon).toBe(1);

    const stopped = host.stop();
    release();
    await stopped;

    expect(await left()).toBe(0);
  });
});
