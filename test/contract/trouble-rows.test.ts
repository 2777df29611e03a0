import { TableClient } from "@azure/data-tables";
import { describe, expect, it } from "vitest";
import { budgetTable } from "../../src/azure/budget-table.ts";
import { decodeRule } from "../../src/azure/rule-row.ts";
import type { Secret } from "../../src/domain/secret.ts";
import { azuriteStorage } from "./rule-tables.ts";

const storage = azuriteStorage();

describe("a row that nobody can read", () => {
  it("is named with a few of its fields, however many are spoilt", () => {
    const body = JSON.stringify({ name: "nginx", notes: Array.from({ length: 9000 }, () => 7) });
    const read = () => decodeRule({ partitionKey: "contoso", schema: 1, body }, "rule:nginx");

    expect(read).toThrow(
      /^RowUnreadable: Row "rule:nginx" .* cannot be read \(registry, source, target, status, notes\.0, …\); a newer.{0,300}$/,
    );
  });

  it("among the budgets does not hide the others, whatever its key is", async () => {
    const kept = { kind: "breaker", failures: 1 } as const;
    const key = "breaker trouble.io";
    await budgetTable(storage()).update(key, () => ({ put: kept, answer: undefined }));
    const { connectionString } = storage() as { connectionString: Secret };
    const options = { allowInsecureConnection: true };
    const raw = TableClient.fromConnectionString(connectionString.reveal(), "budgets", options);
    await raw.createEntity({ partitionKey: "budget", rowKey: "broken%E0%A4%A", body: "{}" });

    expect(await budgetTable(storage()).list()).toEqual([{ key, budget: kept }]);
  });
});
