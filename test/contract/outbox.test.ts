import { QueueClient } from "@azure/storage-queue";
import { describe, expect, it, vi } from "vitest";
import { outbox } from "../../src/azure/outbox.ts";
import type { WorkMessage } from "../../src/domain/messages.ts";
import type { Outbox } from "../../src/domain/ports.ts";
import { ruleWorkQueue } from "../../src/domain/queue-names.ts";
import { virtualClock } from "../fakes/clock.ts";
import { fakeQueue } from "../fakes/outbox.ts";
import { azuriteStorage } from "./rule-tables.ts";

interface UnderTest {
  readonly outbox: Outbox;
  /** Takes what is visible now, as the worker would. */
  readonly take: () => Promise<readonly WorkMessage[]>;
  /** What is visible first, within a few seconds. */
  readonly takeLater: () => Promise<readonly WorkMessage[]>;
}

const storage = azuriteStorage();

function fake(): UnderTest {
  const clock = virtualClock();
  const queue = fakeQueue(clock);
  const take = async () => queue.take();
  const takeLater = () => {
    clock.advance(3);
    return take();
  };
  return { outbox: queue, take, takeLater };
}

async function azurite(): Promise<UnderTest> {
  const { connectionString } = storage() as { connectionString: { reveal(): string } };
  const queue = new QueueClient(connectionString.reveal(), ruleWorkQueue);
  await queue.deleteIfExists();
  const take = async () => {
    const { receivedMessageItems } = await queue.receiveMessages({ numberOfMessages: 32 });
    for (const one of receivedMessageItems)
      await queue.deleteMessage(one.messageId, one.popReceipt);
    return receivedMessageItems.map(
      ({ messageText }) => JSON.parse(Buffer.from(messageText, "base64").toString()) as WorkMessage,
    );
  };
  const takeLater = () =>
    vi.waitUntil(
      async () => {
        const taken = await take();
        return taken.length > 0 && taken;
      },
      { timeout: 10_000, interval: 100 },
    );
  return { outbox: outbox<WorkMessage>(storage(), ruleWorkQueue), take, takeLater };
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
    const { outbox: sent, take, takeLater } = await make();
    await sent.send(message("later"), 1.5);

    expect(await take()).toEqual([]);
    expect(await takeLater()).toEqual([message("later")]);
  });

  it("takes the longest delay and refuses what is out of range", async () => {
    const { outbox: sent } = await make();
    const invalid = { reason: "invalid", problem: { code: "DelayOutOfRange" } };

    await sent.send(message("nginx"), 604_800);
    for (const seconds of [-1, 604_801, Number.NaN])
      await expect(sent.send(message("nginx"), seconds)).rejects.toMatchObject(invalid);
  });
});
