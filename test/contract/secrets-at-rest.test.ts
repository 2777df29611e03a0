import { TableClient, TableServiceClient } from "@azure/data-tables";
import { QueueServiceClient } from "@azure/storage-queue";
import { expect, it } from "vitest";
import { convergeRule } from "../../src/jobs/converge-rule.ts";
import { requestRule } from "../../src/jobs/request-rule.ts";
import { anna } from "../jobs/people.ts";
import { registryName as contoso, localCloud } from "./cloud-worlds.ts";

const cloud = localCloud();
const options = { allowInsecureConnection: true };

/** Everything in the storage account as text: all tables' rows, all queues' messages decoded. */
async function everythingStored(connectionString: string): Promise<string> {
  const found: string[] = [];
  const tables = TableServiceClient.fromConnectionString(connectionString, options);
  for await (const { name = "" } of tables.listTables())
    for await (const row of TableClient.fromConnectionString(
      connectionString,
      name,
      options,
    ).listEntities())
      found.push(JSON.stringify({ table: name, ...row }));
  const queues = QueueServiceClient.fromConnectionString(connectionString);
  for await (const { name } of queues.listQueues()) {
    const { peekedMessageItems } = await queues
      .getQueueClient(name)
      .peekMessages({ numberOfMessages: 32 });
    for (const { messageText } of peekedMessageItems)
      found.push(`${name} ${Buffer.from(messageText, "base64").toString()}`);
  }
  return found.join("\n");
}

it("writes no secret, not even when services repeat one in their answers", async () => {
  const { standIn, ports } = cloud();
  const token = (await ports.vault.read(`${standIn.urls.vault}/secrets/docker-hub-token`)).reveal();
  const nginx = {
    name: "nginx",
    source: "docker.io/library/nginx",
    target: "nginx",
    credentialSet: "docker-hub",
  };
  await requestRule(ports, contoso, { ...nginx, owner: "team-a", reason: "builds" }, anna);
  await ports.heartbeats.beat("reconcile", ports.ambient.now());
  await convergeRule(ports, { registry: contoso, name: "nginx" }, false);

  const redis = { ...nginx, name: "redis", source: "docker.io/library/redis", target: "redis" };
  await requestRule(ports, contoso, redis, anna);
  standIn.faults.add({ where: "arm", match: "^PUT", kind: "operation-fails", times: 1 });
  await convergeRule(ports, { registry: contoso, name: "redis" }, true);

  const stored = await everythingStored(standIn.storage);
  const statuses = (await ports.rules.read(contoso)).rules.map(({ value }) => [
    value.name,
    value.status,
  ]);
  expect(statuses).toEqual([
    ["nginx", "active"],
    ["redis", "failed"],
  ]);
  expect(stored).toContain("sim:OperationFailed");
  expect(stored).toContain("converge-rule");
  expect(token.length).toBeGreaterThan(10);
  for (const secret of [token, "dckr_pat_", "eyJ", "AccountKey", "Bearer", standIn.identity.header])
    expect(stored).not.toContain(secret);
});
