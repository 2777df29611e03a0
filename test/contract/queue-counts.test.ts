import { QueueClient } from "@azure/storage-queue";
import { describe, expect, it } from "vitest";
import { queueCounts } from "../../src/azure/queue-counts.ts";
import { secret } from "../../src/domain/secret.ts";
import { fakeQueues } from "../fakes/queues.ts";
import { azuriteStorage } from "./rule-tables.ts";

const storage = azuriteStorage();

function connectionString(): string {
  const held = storage();
  return held.kind === "connectionString" ? held.connectionString.reveal() : "";
}

/** The queues that are counted; `put` sends so many, one of them hidden. */
function azurite() {
  const put = async (queue: string, messages: number) => {
    const client = new QueueClient(connectionString(), queue);
    await client.createIfNotExists();
    for (let sent = 0; sent < messages; sent += 1)
      await client.sendMessage("e30=", { visibilityTimeout: sent === 0 ? 600 : 0 });
  };
  return { queues: queueCounts(storage()), put };
}

describe.each([
  {
    name: "fake",
    make: () => {
      const queues = fakeQueues();
      return { queues, put: async (queue: string, count: number) => queues.put(queue, count) };
    },
  },
  { name: "Queue Storage", make: azurite },
])("counts of queues: $name", ({ make }) => {
  it("are those of the three queues of work and their poison queues, none before they are there", async () => {
    const { queues, put } = make();
    expect(await queues.counts()).toEqual([
      { queue: "rule-work", messages: 0 },
      { queue: "rule-work-poison", messages: 0 },
      { queue: "refresh-work", messages: 0 },
      { queue: "refresh-work-poison", messages: 0 },
      { queue: "rotation-work", messages: 0 },
      { queue: "rotation-work-poison", messages: 0 },
    ]);

    await put("refresh-work", 3);
    await put("rotation-work", 0);
    await put("rotation-work-poison", 1);
    await put("other", 5);

    expect(await queues.counts()).toEqual([
      { queue: "rule-work", messages: 0 },
      { queue: "rule-work-poison", messages: 0 },
      { queue: "refresh-work", messages: 3 },
      { queue: "refresh-work-poison", messages: 0 },
      { queue: "rotation-work", messages: 0 },
      { queue: "rotation-work-poison", messages: 1 },
    ]);
  });
});

describe("Queue Storage that refuses", () => {
  it("is told, and not taken for empty queues", async () => {
    const wrong = connectionString().replace(/AccountKey=[^;]+/, "AccountKey=d3Jvbmc=");
    const queues = queueCounts({ kind: "connectionString", connectionString: secret(wrong) });

    await expect(queues.counts()).rejects.toMatchObject({
      name: "LarderError",
      problem: { message: expect.stringContaining("Could not count the messages in rule-work") },
    });
  });
});
