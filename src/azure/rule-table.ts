import { odata } from "@azure/data-tables";
import type { CacheRule } from "../domain/cache-rule.ts";
import type { RuleStore, Stored } from "../domain/ports.ts";
import { ifThere } from "./ask.ts";
import { commitChange } from "./commit-change.ts";
import { pages } from "./pages.ts";
import { endOf, partitionOf, ruleKey, rulePrefix, rulesTable, versionKey } from "./rule-keys.ts";
import { decodeRule } from "./rule-row.ts";
import type { Storage } from "./storage.ts";
import { openTable, type Table } from "./table.ts";

/** Rules in Table Storage; rule-keys tells how the table is laid out. */
export function ruleTable(storage: Storage): RuleStore {
  const table = openTable(storage, rulesTable);
  return {
    async read(registry) {
      const version = await readVersion(table, registry);
      return { version, rules: await readRules(table, registry) };
    },
    async get(registry, name) {
      const { partitionKey, rowKey } = ruleKey(registry, name);
      const row = await ifThere(
        table.ask(`read rule ${name} of ${registry}`, (client, abortSignal) =>
          client.getEntity(partitionKey, rowKey, { abortSignal }),
        ),
      );
      return row && toStored(row);
    },
    commit: (change) => commitChange(storage, table, change),
  };
}

async function readVersion(table: Table, registry: string): Promise<string> {
  const { partitionKey, rowKey } = versionKey(registry);
  const row = await ifThere(
    table.ask(`read the version of ${registry}`, (client, abortSignal) =>
      client.getEntity(partitionKey, rowKey, { abortSignal }),
    ),
  );
  return row?.etag ?? "";
}

async function readRules(table: Table, registry: string): Promise<Stored<CacheRule>[]> {
  const filter = odata`PartitionKey eq ${partitionOf(registry)} and RowKey ge ${rulePrefix} and RowKey lt ${endOf(rulePrefix)}`;
  const rules: Stored<CacheRule>[] = [];
  const found = pages((start) =>
    table.ask(`read the rules of ${registry}`, (client, abortSignal) =>
      client.listEntities({ queryOptions: { filter }, abortSignal }).byPage(start).next(),
    ),
  );
  for await (const page of found) rules.push(...page.map(toStored));
  return rules;
}

function toStored(row: { readonly etag?: string; readonly rowKey?: string }): Stored<CacheRule> {
  return { value: decodeRule(row, row.rowKey ?? ""), etag: row.etag ?? "" };
}
