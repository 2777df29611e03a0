import { afterAll, beforeAll } from "vitest";
import { historyTable } from "../../src/azure/history-table.ts";
import { operationTable } from "../../src/azure/operation-table.ts";
import { ruleTable } from "../../src/azure/rule-table.ts";
import type { Storage } from "../../src/azure/storage.ts";
import type { Ports } from "../../src/domain/ports.ts";
import { secret } from "../../src/domain/secret.ts";
import { fakeRuleTable } from "../fakes/rule-store.ts";
import { type Azurite, startAzurite } from "../local/azurite.ts";

export type RuleTables = Pick<Ports, "rules" | "operations" | "history">;

/** Azurite for the tests of a file; the storage can be asked for once the tests run. */
export function azuriteStorage(): () => Storage {
  let azurite: Azurite;
  beforeAll(async () => {
    azurite = await startAzurite();
  });
  afterAll(() => azurite.close());
  return () => ({ kind: "connectionString", connectionString: secret(azurite.connectionString) });
}

/** The two that the contract is run against. Each call of `make` sees what others wrote. */
export function ruleTablesUnderTest(): readonly { name: string; make: () => RuleTables }[] {
  const storage = azuriteStorage();
  const fake = fakeRuleTable();
  return [
    { name: "fake", make: () => fake },
    {
      name: "Table Storage",
      make: () => ({
        rules: ruleTable(storage()),
        operations: operationTable(storage()),
        history: historyTable(storage()),
      }),
    },
  ];
}

let count = 0;

/** A registry nobody has written to yet. */
export function freshRegistry(): string {
  count += 1;
  return `contoso${count}`;
}
