import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { adoptionReport, counted } from "../../src/cli/adoption-report.ts";
import { confirm } from "../../src/cli/confirm.ts";
import { adoptOptions, exportOptions } from "../../src/cli/options.ts";
import type { AdoptionItem } from "../../src/domain/adoption.ts";

const rule = (name: string, changes: Partial<AdoptionItem> = {}): AdoptionItem => ({
  kind: "rule",
  name,
  outcome: "wouldAdopt",
  message: "It stays as it is.",
  source: "docker.io/a/*",
  target: "a/*",
  ...changes,
});
const set: AdoptionItem = {
  kind: "credentialSet",
  name: "docker-hub",
  outcome: "wouldAdopt",
  message: "Larder watches it.",
};

describe("the options", () => {
  const wish = { rules: undefined, owner: undefined, reason: undefined, account: undefined };
  const plain = { registry: "contoso", api: undefined, key: undefined };

  it.each([
    [[], { ...plain, yes: false, wish: { ...wish, credentialSets: "assisted" } }],
    [
      [
        "--yes",
        "--rules",
        "a, b,",
        "--owner",
        "web",
        "--credential-sets",
        "none",
        "--api",
        "u",
        "--key",
        "k",
      ],
      {
        registry: "contoso",
        api: "u",
        key: "k",
        yes: true,
        wish: { ...wish, rules: ["a", "b"], owner: "web", credentialSets: "none" },
      },
    ],
    [
      ["--rules", "a"],
      { ...plain, yes: false, wish: { ...wish, rules: ["a"], credentialSets: "none" } },
    ],
    [
      ["--rules", "a", "--credential-sets", "assisted"],
      { ...plain, yes: false, wish: { ...wish, rules: ["a"], credentialSets: "assisted" } },
    ],
    [["--help"], undefined],
  ])("of adopt: %j", (argv, options) => {
    expect(adoptOptions(["--registry", "contoso", ...argv])).toEqual(options);
  });

  it("of export", () => {
    const argv = ["--registry", "contoso", "--format", "bicep", "--out", "x.bicep"];

    expect(exportOptions(argv)).toEqual({ ...plain, format: "bicep", out: "x.bicep" });
    expect(exportOptions(["--help"])).toBeUndefined();
  });

  it.each([
    [() => adoptOptions([]), "--registry is missing."],
    [() => adoptOptions(["--registry", "c", "--credential-sets", "x"]), "assisted, managed, none"],
    [() => adoptOptions(["--nonsense"]), "--nonsense"],
    [() => exportOptions(["--registry", "c"]), "--format is missing."],
    [() => exportOptions(["--registry", "c", "--format", "arm"]), "bicep, terraform"],
  ])("when wrong are told with the usage: %s", (read, words) => {
    expect(read).toThrow(words);
    expect(read).toThrow("npm run ");
  });
});

describe("the report", () => {
  it("has a line for each, and says what there is to say", () => {
    const items = [
      rule("grafana", { credentialSet: "docker-hub" }),
      rule("ng", { outcome: "differs", message: "PATCH it." }),
      rule("old", { outcome: "already", message: "On record." }),
      set,
    ];

    expect(
      adoptionReport(items),
    ).toBe(`to take over  rule            grafana     docker.io/a/* -> a/* (docker-hub)
differs       rule            ng          docker.io/a/* -> a/*
Larder's      rule            old         docker.io/a/* -> a/*
to take over  credential set  docker-hub

ng: PATCH it.
docker-hub: Larder watches it.`);
  });

  it("lets no name move the cursor", () => {
    const text = adoptionReport([
      rule("a\u001b[2Kb\u202e", { outcome: "skipped", message: "x\ry" }),
    ]);

    expect(text).toContain("a?[2Kb?");
    expect(text).toContain("x?y");
  });

  it.each([
    [[], "nothing"],
    [[rule("a")], "1 rule"],
    [[rule("a"), rule("b"), set], "2 rules and 1 credential set"],
  ])("counts", (items, words) => {
    expect(counted(items)).toBe(words);
  });
});

describe("the question", () => {
  const terminal = (isTTY: boolean) => Object.assign(new PassThrough(), { isTTY });

  it.each([
    ["y\n", true],
    [" YES \n", true],
    ["n\n", false],
    ["\n", false],
    ["yesterday\n", false],
    [null, false],
  ])("answered %j", async (typed, yes) => {
    const input = terminal(true);
    const answer = confirm("Really?", input, terminal(true));
    input.end(typed ?? undefined);

    expect(await answer).toBe(yes);
  });

  it("is not put where there is no terminal", async () => {
    const output = terminal(true);

    expect(await confirm("Really?", terminal(false), output)).toBeUndefined();
    expect(output.read()).toBeNull();
  });
});
