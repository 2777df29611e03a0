import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { TableClient } from "@azure/data-tables";
import { QueueServiceClient } from "@azure/storage-queue";
import { afterEach, expect, it, vi } from "vitest";
import { startAzurite } from "../local/azurite.ts";
import { request } from "./local-request.ts";

const opened: (() => unknown)[] = [];
afterEach(() => {
  for (const close of opened.splice(0)) close();
});

const tableUrl = (connectionString: string) =>
  /TableEndpoint=([^;]+)/.exec(connectionString)?.[1] ?? "no table endpoint";
const gone = (connectionString: string) =>
  vi.waitFor(() =>
    expect(request(tableUrl(connectionString))).rejects.toThrow(/ECONNREFUSED|ECONNRESET/),
  );

it("keeps tables and queues behind one connection string until it is closed", async () => {
  const azurite = await startAzurite();
  opened.push(() => azurite.close());
  const { connectionString } = azurite;
  const allowInsecureConnection = true;
  const table = TableClient.fromConnectionString(connectionString, "things", {
    allowInsecureConnection,
    retryOptions: { maxRetries: 0 },
  });
  await table.createTable();
  await table.createEntity({ partitionKey: "p", rowKey: "r", size: 3 });
  const queues = QueueServiceClient.fromConnectionString(connectionString);
  await queues.getQueueClient("work").create();
  await queues.getQueueClient("work").sendMessage("hello");
  const { receivedMessageItems } = await queues.getQueueClient("work").receiveMessages();

  expect(await table.getEntity("p", "r")).toMatchObject({ size: 3 });
  expect(receivedMessageItems.map(({ messageText }) => messageText)).toEqual(["hello"]);
  await azurite.close();
  await gone(connectionString);
});

it("ends with the process that started it, even when that is killed", async () => {
  const program = fileURLToPath(new URL("../local/azurite.ts", import.meta.url));
  const script = `const { startAzurite } = await import(${JSON.stringify(program)});
    console.log((await startAzurite()).connectionString);`;
  const parent = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  opened.push(() => parent.kill("SIGKILL"));
  const connectionString = await new Promise<string>((resolve) => {
    parent.stdout.once("data", (part: Buffer) => resolve(part.toString().trim()));
  });

  expect((await request(tableUrl(connectionString))).status).toBeGreaterThan(0);
  parent.kill("SIGKILL");
  await gone(connectionString);
});
