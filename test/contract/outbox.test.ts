import { QueueClient } from "@azure/storage-queue";
import { describe, expect, it } from "vitest";
import { outbox } from "../../src/azure/outbox.ts";
import type { Outbox, WorkMessage } from "../../src/domain/ports.ts";
import { ruleWorkQueue } from "../../src/domain/queue-names.ts";
import { virtualClock } from "../fakes/clock.ts";
import { fakeQueue } from "../fakes/outbox.ts";
import { azuriteStorage } from "./rule-tables.ts";

interface UnderTest {
  readonly outbox: Outbox;
  /** Takes what is visible now, as the worker would. */
  take(): Promise<readonly WorkMessage[]>;
  /** Lets this many seconds go by. */
  pass(seconds: number): Promise<void>;
}

const storage = azuriteStorage();

function fake(): UnderTest {
  const clock = virtualClock();
  const queue = fakeQueue(clock);
  return {
    outbox: queue,
    take: async () => queue.take(),
    pass: async (seconds) => clock.advance(seconds),
  };
}

async function azurite(): Promise<UnderTest> {
  const { connectionString } = storage() as { connectionString: { reveal(): string } };
  const queue = new QueueClient(connectionString.reveal(), ruleWorkQueue);
  await queue.deleteIfExists();
  return {
    outbox: outbox(storage()),
    async take() {
      const { receivedMessageItems } = await queue.receiveMessages({ numberOfMessages: 32 });
      for (const one of receivedMessageItems)
        await queue.deleteMessage(one.messageId, one.popReceipt);
      return receivedMessageItems.map(
        ({ messageText }) =>
          JSON.parse(Buffer.from(messageText, "base64").toString()) as WorkMessage,
      );
    },
    pass: (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000)),
  };
}

const message = (name: string): WorkMessage => ({
  kind: "converge-rule",
  registry: "contoso",
  name,
});

describe.each([
  { name: "fake", make: async () => fake() },
  { name: "Queue Storage", make: azurite },
])("outbox: $name", ({ make }) => {
  it("delivers what was sent, into a queue that was not there before", async () => {
    const { outbox: sent, take } = await make();
    await sent.send(message("Ünï-one"), 0);
    await sent.send(message("two"), 0);

    const names = (await take()).map(({ name }) => name);
    expect(names.sort()).toEqual(["two", "Ünï-one"]);
    expect(await take()).toEqual([]);
  });

  it("holds a message back for its delay", async () => {
    const { outbox: sent, take, pass } = await make();
    await sent.send(message("later"), 0.5);

    expect(await take()).toEqual([]);
    await pass(1.1);
    expect(await take()).toEqual([message("later")]);
  });

  it("takes the longest delay and refuses what is out of range", async () => {
    const { outbox: sent } = await make();
    const invalid = { reason: "invalid", problem: { code: "DelayOutOfRange" } };

    await sent.send(message("nginx"), 604_800);
    for (const seconds of [-1, 604_801, Number.NaN])
      await expect(sent.send(message("nginx"), seconds)).rejects.toMatchObject(invalid);
  });
});
