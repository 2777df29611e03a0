import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bicepSymbols, terraformLabels } from "../../src/domain/export-symbols.ts";

describe("symbols", () => {
  it.each([
    ["grafana", "rule_grafana", "grafana"],
    ["docker-hub", "rule_docker_hub", "docker_hub"],
    ["1password", "rule_1password", "rule_1password"],
    ["-start", "rule__start", "rule__start"],
    ["false", "rule_false", "rule_false"],
    ["resource", "rule_resource", "resource"],
    ["Mixed-Case", "rule_Mixed_Case", "Mixed_Case"],
    ["é漢.x", "rule____x", "rule____x"],
  ])("of the rule %j are %s and %s", (name, bicep, terraform) => {
    expect(bicepSymbols("rule", [name]).get(name)).toBe(bicep);
    expect(terraformLabels("rule", [name]).get(name)).toBe(terraform);
  });

  it("differ in more than case, and do not hang on the order of the names", () => {
    const names = ["a_b", "A-b", "a.b", "a_b_2"];

    const expected = { "A-b": "A_b", "a.b": "a_b_2", a_b: "a_b_3", a_b_2: "a_b_2_2" };
    expect(Object.fromEntries(terraformLabels("set", names))).toEqual(expected);
    expect(Object.fromEntries(terraformLabels("set", names.toReversed()))).toEqual(expected);
  });

  it("are valid and unique for any names", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string({ unit: "binary", maxLength: 120 })), (names) => {
        const all = [...bicepSymbols("rule", names).values()];
        const labels = [...terraformLabels("rule", names).values()];

        expect(all.filter((one) => !/^rule_[a-zA-Z0-9_]{0,120}$/.test(one))).toEqual([]);
        expect(labels.filter((one) => !/^[a-zA-Z][a-zA-Z0-9_]{0,120}$/.test(one))).toEqual([]);
        expect(new Set(all.map((one) => one.toLowerCase())).size).toBe(names.length);
        expect(new Set(labels.map((one) => one.toLowerCase())).size).toBe(names.length);
      }),
    );
  });
});
