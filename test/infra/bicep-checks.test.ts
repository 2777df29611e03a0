import { describe, expect, it } from "vitest";
import { checks } from "./bicep-checks.ts";
import { changed, goodProject, spoiledOnes } from "./bicep-fixtures.ts";

const good = goodProject();
const spoiled = spoiledOnes();

describe("what is checked of infra/", () => {
  it.each(Object.entries(checks))("%s: nothing is said of what is right", (_, check) => {
    expect(check(good)).toEqual([]);
  });

  it.each(spoiled)("$check, in $file: $to for $from is found", (one) => {
    const text = good.texts.get(one.file) ?? "";
    expect(text).toContain(one.from);

    const wrong = changed(
      good,
      one.file,
      text.replace(one.from, () => one.to),
    );
    const faults = checks[one.check]?.(wrong) ?? [];

    expect(faults.map((fault) => fault.replace(/^(\S+):\d+/, "$1"))).toContain(one.fault);
  });

  it("each finds something", () => {
    expect(new Set(spoiled.map(({ check }) => check))).toEqual(new Set(Object.keys(checks)));
  });
});
