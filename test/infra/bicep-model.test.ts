import { describe, expect, it } from "vitest";
import { namesOf } from "./bicep-code.ts";
import { readBicep } from "./bicep-file.ts";
import { faultyLines, parseBicep } from "./bicep-parse.ts";
import { projectOf } from "./bicep-project.ts";
import { shapeOf } from "./bicep-shape.ts";
import { usesIn } from "./bicep-uses.ts";
import { at, isCode, shown } from "./bicep-value.ts";

const read = (text: string) => readBicep("infra/main.bicep", text);

describe("a Bicep file", () => {
  it("has its params", () => {
    const { params } = read(`@description('Of \\'it\\'')
@allowed(['a', 'b'])
@maxLength(5)
param kind string = 'a'
@sys.secure()
param pass string
param names string[]?`);
    expect(params).toEqual([
      {
        name: "kind",
        line: 4,
        description: "Of 'it'",
        type: "string",
        allowed: ["a", "b"],
        default: "a",
        optional: true,
        secure: false,
        maxLength: 5,
      },
      expect.objectContaining({ name: "pass", optional: false, secure: true, allowed: undefined }),
      expect.objectContaining({ name: "names", type: "string[]?", optional: true }),
    ]);
  });

  it("has its resources, the nested ones under their whole type", () => {
    const { resources } = read(`param list array
resource group 'Microsoft.Storage/storageAccounts@2024-01-01' = [
  for (name, i) in list: if (i > 0) {
    name: name
    properties: { allow: false, 'x-y': [1, 'two', -3] }
    resource blobs 'blobServices' = { name: 'default' }
  }
]
resource rows 'Microsoft.Storage/storageAccounts/tableServices@2024-01-01' existing = if (true) {
  parent: group
}`);
    expect(resources).toEqual([
      {
        symbol: "group",
        line: 2,
        type: "Microsoft.Storage/storageAccounts",
        apiVersion: "2024-01-01",
        existing: false,
        parent: undefined,
        condition: "i > 0",
        over: "list",
        body: expect.any(Map),
      },
      expect.objectContaining({
        symbol: "blobs",
        type: "Microsoft.Storage/storageAccounts/blobServices",
        apiVersion: "2024-01-01",
        parent: "group",
      }),
      expect.objectContaining({
        symbol: "rows",
        existing: true,
        condition: "true",
        parent: "group",
      }),
    ]);
    const [{ body } = { body: new Map() }] = resources;
    expect(at(body, "properties.allow")).toBe(false);
    expect(shown(at(body, "properties.x-y"))).toBe('[1, "two", -3]');
    expect(isCode(body.get("name"))).toBe(true);
  });

  it("has its modules", () => {
    const { modules } = read(`module m 'a.bicep' = [for x in [1]: if (x == 1) {
  scope: resourceGroup('x')
  params: { one: x, two: 'b' }
}]`);
    expect(modules).toEqual([
      expect.objectContaining({ symbol: "m", path: "a.bicep", over: "[1]", condition: "x == 1" }),
    ]);
    expect([...(modules[0]?.params.keys() ?? [])]).toEqual(["one", "two"]);
  });

  it.each([
    ["param a int = 1", []],
    ["extension microsoftGraphV1\nparam a int = 1", []],
    ["param a int =", [1]],
    ["var a = 1\nvar b = [1", [2]],
  ])("%j has faulty lines %j", (text, lines) => {
    expect(faultyLines(parseBicep(text))).toEqual(lines);
  });
});

describe("names used", () => {
  it.each([
    ["var a = b", ["b"]],
    ["var a = b.c.d", ["b"]],
    ["var a = { b: c, 'd': e }", ["c", "e"]],
    ["var a = '${b}-c'", ["b"]],
    ["var a = [for b in c: b.d]", ["c"]],
    ["var a = [for (b, i) in c: { x: i, y: d }]", ["c", "d"]],
    ["var a = map(b, c => c.d ? c.e : f)", ["map()", "b", "f"]],
    ["var a = reduce(b, 0, (c, d) => c + d)", ["reduce()", "b"]],
    ["var a = [\n  empty(b) ? c : d\n]", ["empty()", "b", "c", "d"]],
    ["var a = az.subscription().id", ["subscription()"]],
    ["var a = vault.getSecret('b')", ["getSecret()", "vault"]],
    ["param a b.c = d", ["d"]],
    ["func a(b string) string => '${b}${c}'", ["c"]],
    ["var a = m!.outputs.b", ["m.b", "m"]],
    ["var a = m[i].?outputs.?b ?? ''", ["m.b", "m", "i"]],
    ["resource a 'T/t@2024-01-01' = {\n  parent: b\n  resource c 'd' = { name: e }\n}", ["b", "e"]],
  ])("%s", (text, names) => {
    const used = usesIn(parseBicep(text)).filter(({ kind }) => kind !== "type");
    expect(used.map(({ kind, name }) => (kind === "function" ? `${name}()` : name))).toEqual(names);
  });
});

describe("the longest that an expression gives", () => {
  it.each([
    ["'st-1'", 4, "lower - digit"],
    ["uniqueString('x')", 13, "lower digit"],
    ["'kv-${uniqueString('x')}'", 16, "lower - digit"],
    ["take('kv-${uniqueString('x')}', 5)", 5, "lower - digit"],
    ["toLower(take(environment, 9))", 9, "lower digit - other"],
    ["replace(toLower('A-B'), '-', '')", 3, "lower"],
    ["flag ? 'a' : 'BB'", 2, "lower upper"],
    ["kind", 4, "lower upper"],
    ["words.vault", 2, "lower"],
    ["format('{0}', 'a')", Number.POSITIVE_INFINITY, "lower upper digit - other"],
  ])("%s", (expression, longest, letters) => {
    const project = projectOf({
      "infra/main.bicep": `param environment string
param flag bool
@allowed(['Free', 'Pro'])
param kind string
var words = { vault: 'kv' }
var name = ${expression}`,
    });
    const file = project.bicep.get("infra/main.bicep") ?? read("");
    const shape = shapeOf(project, file, file.vars.at(-1)?.value);
    expect([shape.longest, new Set(shape.letters)]).toEqual([longest, new Set(letters.split(" "))]);
  });
});

it("names of a loop's resources are those of its list", () => {
  const file = read(`var tables = ['rules', 'tags']
var more = map(tables, t => t)
resource a 'T/tables@2024-01-01' = [for t in tables: { name: t }]
resource b 'T/tables@2024-01-01' = { name: 'budgets' }
resource c 'T/queues@2024-01-01' = [for t in more: { name: t }]`);
  expect(namesOf(file, "T/tables")).toEqual(["budgets", "rules", "tags"]);
  expect(namesOf(file, "T/queues")).toEqual(["unknown"]);
});
