import { describe, expect, it } from "vitest";
import {
  assignments,
  bicepText,
  commented,
  noted,
  shellWord,
  terraformText,
} from "../../src/domain/export-text.ts";

describe("text in a Bicep string", () => {
  it.each([
    ["docker.io/grafana/*", "docker.io/grafana/*"],
    ["it's", String.raw`it\'s`],
    [String.raw`a\b`, String.raw`a\\b`],
    ["${registry.id}", "\\${registry.id}"],
    ["$${x}", "$\\${x}"],
    ['$5 "and" %{x}', '$5 "and" %{x}'],
    ["one\ntwo\r\tthree", String.raw`one\ntwo\r\tthree`],
    ["\u0000\u007f\u2028", String.raw`\u{0}\u{7F}\u{2028}`],
    ["\u202Eevil", String.raw`\u{202E}evil`],
    ["漢字 😀", "漢字 😀"],
    ["half \ud83d", "half \ufffd"],
  ])("%j is %s", (text, expected) => {
    expect(bicepText(text)).toBe(expected);
  });
});

describe("text in a Terraform string", () => {
  it.each([
    ["docker.io/grafana/*", "docker.io/grafana/*"],
    ['say "no"', String.raw`say \"no\"`],
    [String.raw`a\b`, String.raw`a\\b`],
    ["${local.x}", "$${local.x}"],
    ["%{ if true }", "%%{ if true }"],
    ["$${x} $5 100%", "$\\u0024{x} $5 100%"],
    ["%${x}", "%\\u0024{x}"],
    ["it's", "it's"],
    ["one\ntwo\r\tthree", String.raw`one\ntwo\r\tthree`],
    ["\u0000\u2029", String.raw`\u0000\u2029`],
    ["\u{E0001}", String.raw`\U000E0001`],
    ["half \udc00", "half \ufffd"],
  ])("%j is %s", (text, expected) => {
    expect(terraformText(text)).toBe(expected);
  });
});

describe("a value in a comment", () => {
  it.each([
    ["team-é 漢字", '"team-é 漢字"'],
    ["one\ntwo */ // #", String.raw`"one\ntwo */ // #"`],
    ["a\u0085b\u2028c\u202Ed", String.raw`"a\u0085b\u2028c\u202ed"`],
    [{ tags: ["/^v\\d+$/"], every: "PT6H" }, String.raw`{"tags":["/^v\\d+$/"],"every":"PT6H"}`],
    ["\u{E0001}", String.raw`"\udb40\udc01"`],
  ])("%j is %s", (value, expected) => {
    expect(noted(value)).toBe(expected);
    expect(JSON.parse(noted(value))).toEqual(value);
  });

  it("stands behind the sign of comments on each line", () => {
    expect(commented("#", ["one", "", "  two"])).toEqual(["# one", "#", "#   two"]);
  });
});

it.each([
  ["rg-images_1.x", "rg-images_1.x"],
  ["rg(prod)", "'rg(prod)'"],
  ["it's $(x)", String.raw`'it'\''s $(x)'`],
  ["", "''"],
])("the word %j of a shell is %s", (text, expected) => {
  expect(shellWord(text)).toBe(expected);
});

it("arguments are aligned", () => {
  const pairs = [
    ["to", "a.b"],
    ["source_repo", '"x"'],
  ] as const;

  expect(assignments("  ", pairs)).toEqual(["  to          = a.b", '  source_repo = "x"']);
});
