import { TableClient } from "@azure/data-tables";
import { describe, expect, it } from "vitest";
import { rotationTable } from "../../src/azure/rotation-table.ts";
import { ruleTable } from "../../src/azure/rule-table.ts";
import type { Storage } from "../../src/azure/storage.ts";
import { tagTable } from "../../src/azure/tag-table.ts";
import { type OpenTable, readState, writeState } from "../../src/cli/state-copy.ts";
import { azuriteStorage } from "./rule-tables.ts";
import { fullRecord } from "./sample-rotation.ts";
import { anEntry, fullRule } from "./sample-rule.ts";
import { fullState, fullTag } from "./sample-tag.ts";

/* A backup in one account, restored in another. */

const here = azuriteStorage();
const there = azuriteStorage();
const elsewhere = azuriteStorage();
const untouched = azuriteStorage();

function opener(storage: Storage): OpenTable {
  const text = storage.kind === "connectionString" ? storage.connectionString.reveal() : "";
  return (name) => TableClient.fromConnectionString(text, name, { allowInsecureConnection: true });
}

async function fill(storage: Storage): Promise<void> {
  const rule = fullRule("contoso", "grafana");
  const put = { rule, etag: undefined };
  const history = anEntry("contoso", "grafana");
  await ruleTable(storage).commit({ registry: "contoso", version: "", put, history });
  await rotationTable(storage).write(fullRecord("contoso", "docker-hub"), undefined);
  await tagTable(storage).write({
    state: fullState("contoso", "library/nginx"),
    etag: undefined,
    put: [{ ...fullTag("contoso", "latest"), repository: "library/nginx" }],
  });
}

async function linesOf(storage: Storage): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of readState(opener(storage))) lines.push(line);
  return lines;
}

describe("a backup", () => {
  it("is restored to the last type of the last column, where Larder reads it as it was", async () => {
    await fill(here());
    const lines = await linesOf(here());

    expect(await writeState(opener(there()), lines, { goOn: false })).toBe(lines.length - 1);
    expect(await linesOf(there())).toEqual(lines);
    const read = async (storage: Storage) => [
      (await ruleTable(storage).read("contoso")).rules.map(({ value }) => value),
      (await rotationTable(storage).get("contoso", "docker-hub"))?.value,
      await tagTable(storage).range("contoso", "library/nginx", undefined, undefined),
    ];
    expect(await read(there())).toEqual(await read(here()));
  });

  it("is not restored over what is there, but for the rest of an interrupted one", async () => {
    await fill(elsewhere());
    const [first = "", ...others] = await linesOf(elsewhere());
    const rest = others.slice(0, -1);
    const changed = JSON.stringify({
      table: "rules",
      row: { partitionKey: "contoso", rowKey: "rule:late", status: "active", body: "{}" },
    });

    await expect(
      writeState(opener(elsewhere()), [first, '{"end":1}'], { goOn: false }),
    ).rejects.toThrow('Table "rules" has rows already.');
    const lines = [first, ...rest, changed, `{"end":${rest.length + 2}}`];
    expect(await writeState(opener(elsewhere()), lines, { goOn: true })).toBe(1);
  });

  it.each(["{", '{"table":"heartbeats","row":{}}', '{"table":"rules","row":{"rowKey":"a"}}'])(
    "with the line %s is refused before anything is written",
    async (line) => {
      const before = await linesOf(elsewhere());

      const lines = [...before.slice(0, -1), line, `{"end":${before.length}}`];
      await expect(writeState(opener(elsewhere()), lines, { goOn: true })).rejects.toThrow(
        `Line ${before.length} is no row of a backup. Nothing was written.`,
      );
      expect(await linesOf(elsewhere())).toEqual(before);
    },
  );

  it("that is not whole is refused before anything is written", async () => {
    const lines = await linesOf(here());
    const rows = lines.length - 1;
    const restored = (some: readonly string[]) =>
      writeState(opener(untouched()), some, { goOn: false });

    await expect(restored(lines.slice(0, -1))).rejects.toThrow("The backup is cut off");
    await expect(restored([...lines.slice(0, -1), '{"en'])).rejects.toThrow("is cut off");
    await expect(restored([])).rejects.toThrow("The backup is cut off");
    await expect(restored(lines.slice(1))).rejects.toThrow(
      `The backup has ${rows - 1} rows, and its last line tells of ${rows}. Nothing was written.`,
    );
    expect(await linesOf(untouched())).toEqual(['{"end":0}']);
  });
});
