import { TableClient } from "@azure/data-tables";
import { describe, expect, it } from "vitest";
import { historyTable } from "../../src/azure/history-table.ts";
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
  it.each([1, undefined])(
    "are read with newer fields and schema %s, and keep the fields",
    async (schema) => {
      const registry = freshRegistry();
      const rule = plainRule(registry, "nginx", { refresh: { tags: ["latest"], every: "PT6H" } });
      const newer = { ...rule, color: "blue", refresh: { ...rule.refresh, jitter: "PT5M" } };
      const row = { schema, status: "requested", priority: 7, body: JSON.stringify(newer) };
      await putRow(registry, "nginx", row);
      const rules = ruleTable(storage());

      const held = await rules.get(registry, "nginx");
      expect(held?.value).toMatchObject(rule);
      const put = { rule: { ...(held?.value ?? rule), attempts: 1 }, etag: held?.etag };
      await rules.commit({ registry, put });

      const stored = await rawTable().getEntity<{ body: string }>(registry, "rule:nginx");
      expect(JSON.parse(stored.body)).toEqual({ ...newer, attempts: 1 });
    },
  );

  it.each([
    ["no body", {}],
    ["another meaning", { schema: 2, body: JSON.stringify(plainRule("a", "b")) }],
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
        message: expect.stringMatching(
          new RegExp(
            `^Row "rule:nginx" of registry "${registry}" in table storage cannot be read \\(.+\\); a newer version of Larder most likely wrote it\\. Deploy that version again`,
          ),
        ),
      },
    };

    await expect(rules.get(registry, "nginx")).rejects.toMatchObject(refused);
    await expect(rules.read(registry)).rejects.toMatchObject(refused);
  });
});

/** Rows of one registry, as many at once as a transaction takes. */
async function putRows(registry: string, rows: readonly { readonly rowKey: string }[]) {
  await rawTable().createTable();
  for (let at = 0; at < rows.length; at += 100)
    await rawTable().submitTransaction(
      rows.slice(at, at + 100).map((row) => ["create", { partitionKey: registry, ...row }]),
    );
}

it("prunes at most 1,000 rows a run, and the rest in the next", async () => {
  const registry = freshRegistry();
  const numbers = Array.from({ length: 540 }, (_, n) => String(n).padStart(4, "0"));
  const operation = { status: "Failed", updatedAt: "2026-11-01T00:00:00.000Z" };
  await putRows(registry, [
    ...numbers.map((n) => ({ rowKey: `operation:${registry}-${n}`, ...operation })),
    ...numbers.map((n) => ({ rowKey: `history:999999999${n}:aa` })),
  ]);
  const history = historyTable(storage());
  const before = { operations: "2026-11-21T00:00:00.000Z", history: "2026-11-21T00:00:00.000Z" };

  expect(await history.prune(registry, before)).toBe(1000);
  expect(await history.prune(registry, before)).toBe(80);
  expect(await history.prune(registry, before)).toBe(0);
});

it("reads more rules than the service puts on a page", async () => {
  const registry = freshRegistry();
  const names = Array.from({ length: 1005 }, (_, n) => `rule-${n}`);
  await putRows(
    registry,
    names.map((name) => ({
      rowKey: `rule:${name}`,
      body: JSON.stringify(plainRule(registry, name)),
    })),
  );

  const { rules } = await ruleTable(storage()).read(registry);
  expect(new Set(rules.map(({ value }) => value.name)).size).toBe(1005);
});
