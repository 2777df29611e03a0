import { TableClient } from "@azure/data-tables";
import { describe, expect, it } from "vitest";
import { ruleTable } from "../../src/azure/rule-table.ts";
import { azuriteStorage, freshRegistry } from "./rule-tables.ts";
import { plainRule } from "./sample-rule.ts";

/* What only the real table has: rows that another version of Larder wrote, and pages. */

const storage = azuriteStorage();

function rawTable(): TableClient {
  const held = storage();
  const text = held.kind === "connectionString" ? held.connectionString.reveal() : "";
  return TableClient.fromConnectionString(text, "rules", { allowInsecureConnection: true });
}

async function putRow(registry: string, name: string, row: Record<string, unknown>): Promise<void> {
  await rawTable().createTable();
  await rawTable().createEntity({ partitionKey: registry, rowKey: `rule:${name}`, ...row });
}

describe("rows of another version", () => {
  it("are read in spite of newer fields, which a rewrite keeps", async () => {
    const registry = freshRegistry();
    const rule = plainRule(registry, "nginx", { refresh: { tags: ["latest"], every: "PT6H" } });
    const newer = { ...rule, color: "blue", refresh: { ...rule.refresh, jitter: "PT5M" } };
    const row = { schema: 1, status: "requested", priority: 7, body: JSON.stringify(newer) };
    await putRow(registry, "nginx", row);
    const rules = ruleTable(storage());

    const held = await rules.get(registry, "nginx");
    expect(held?.value).toMatchObject(rule);
    const put = { rule: { ...(held?.value ?? rule), attempts: 1 }, etag: held?.etag };
    await rules.commit({ registry, put });

    const stored = await rawTable().getEntity<{ body: string }>(registry, "rule:nginx");
    expect(JSON.parse(stored.body)).toEqual({ ...newer, attempts: 1 });
  });

  it.each([
    ["no body", {}],
    ["a body that is no JSON", { body: "{" }],
    ["a body that is no text", { body: 7 }],
    [
      "a status it does not know",
      { body: JSON.stringify({ ...plainRule("a", "b"), status: "paused" }) },
    ],
    ["a field missing", { body: JSON.stringify({ ...plainRule("a", "b"), notes: undefined }) }],
  ])("are refused by name with %s, not passed over", async (_case, row) => {
    const registry = freshRegistry();
    await putRow(registry, "nginx", row);
    const rules = ruleTable(storage());
    const refused = {
      reason: "refused",
      problem: {
        code: "RowUnreadable",
        target: "rule:nginx",
        message: expect.stringContaining("rule:nginx"),
      },
    };

    await expect(rules.get(registry, "nginx")).rejects.toMatchObject(refused);
    await expect(rules.read(registry)).rejects.toMatchObject(refused);
  });
});

it("reads more rules than the service puts on a page", async () => {
  const registry = freshRegistry();
  const names = Array.from({ length: 1005 }, (_, n) => `rule-${n}`);
  await rawTable().createTable();
  for (let at = 0; at < names.length; at += 100)
    await rawTable().submitTransaction(
      names.slice(at, at + 100).map((name) => [
        "create",
        {
          partitionKey: registry,
          rowKey: `rule:${name}`,
          body: JSON.stringify(plainRule(registry, name)),
        },
      ]),
    );

  const { rules } = await ruleTable(storage()).read(registry);
  expect(new Set(rules.map(({ value }) => value.name)).size).toBe(1005);
});
