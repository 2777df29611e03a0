import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { decodeBudget } from "../../src/azure/budget-row.ts";
import { decodeHistory, decodeOperation } from "../../src/azure/operation-row.ts";
import type { Row } from "../../src/azure/read-rows.ts";
import { decodeProgress, decodeRefresh, decodeResult } from "../../src/azure/refresh-row.ts";
import { decodeRotation } from "../../src/azure/rotation-row.ts";
import { decodeRule } from "../../src/azure/rule-row.ts";
import { decodePin, decodeState, decodeSuperseded, decodeTag } from "../../src/azure/tag-row.ts";

/*
 * Rows as earlier versions wrote them, kept as they were: an upgrade reads what it finds. A version that
 * writes another kind of row adds its own; what is there is never changed.
 */

type Rows = Readonly<Record<string, Readonly<Record<string, unknown>>>>;
const file = new URL("fixtures/rows-of-earlier-versions.json", import.meta.url);
const versions = JSON.parse(readFileSync(file, "utf8")) as Readonly<Record<string, Rows>>;

const readers: Readonly<Record<string, (row: Row) => unknown>> = {
  rule: (row) => decodeRule(row, "nginx"),
  operation: (row) => decodeOperation(row, "an operation"),
  history: (row) => decodeHistory(row, "a line"),
  tag: decodeTag,
  state: decodeState,
  pin: decodePin,
  superseded: decodeSuperseded,
  refresh: decodeRefresh,
  progress: decodeProgress,
  result: decodeResult,
  pulls: (row) => decodeBudget(row, "pulls"),
  breaker: (row) => decodeBudget(row, "breaker"),
  "rotation record": decodeRotation,
};

const cases = Object.entries(versions).flatMap(([version, rows]) =>
  Object.entries(rows).map(([what, row]) => [what, version, row] as const),
);

describe("a row that an earlier version wrote", () => {
  it.each(cases)("is read: %s of the %s", (what, _version, row) => {
    const [kind = ""] = what.split(",");
    const read = readers[kind]?.({ partitionKey: "contoso", rowKey: "a row", ...row } as Row);

    const { body, ...columns } = row;
    const lists = Object.fromEntries(
      ["ended", "unsaid", "unpublished"].flatMap((list) => {
        const texts = Object.keys(columns).filter((name) => new RegExp(`^${list}\\d$`).test(name));
        const items = texts.flatMap((name) => JSON.parse(String(columns[name])) as unknown[]);
        return kind === "rotation record" ? [[list, items]] : [];
      }),
    );
    expect(read).toEqual({ ...(JSON.parse(String(body)) as object), ...lists });
  });

  it("was written by all three", () => {
    expect(Object.keys(versions)).toEqual([
      "first release with rules",
      "first release with freshness",
      "first release with tokens",
    ]);
  });
});
