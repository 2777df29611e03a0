import { describe, expect, it } from "vitest";
import { bearerChallenge, parseChallenges } from "../../src/oci/challenge.ts";

type Row = readonly [name: string, header: string, parsed: readonly unknown[]];

const rows: readonly Row[] = [
  [
    "docker.io",
    'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull",error="invalid_token"',
    [
      [
        "bearer",
        {
          realm: "https://auth.docker.io/token",
          service: "registry.docker.io",
          scope: "repository:a/b:pull",
          error: "invalid_token",
        },
      ],
    ],
  ],
  [
    "codeberg.org: two in one header",
    'Bearer realm="https://codeberg.org/v2/token",service="container_registry",scope="*",Basic realm="https://codeberg.org/v2",service="container_registry",scope="*"',
    [
      [
        "bearer",
        { realm: "https://codeberg.org/v2/token", service: "container_registry", scope: "*" },
      ],
      ["basic", { realm: "https://codeberg.org/v2", service: "container_registry", scope: "*" }],
    ],
  ],
  [
    "gcr.io: a bare value",
    'Bearer realm="https://gcr.io/v2/token",service=gcr.io',
    [["bearer", { realm: "https://gcr.io/v2/token", service: "gcr.io" }]],
  ],
  [
    "nvcr.io: commas and equal signs inside quotes",
    'Bearer realm="https://nvcr.io/proxy_auth?scope=repository:nvidia/tensorflow:pull,push"',
    [
      [
        "bearer",
        { realm: "https://nvcr.io/proxy_auth?scope=repository:nvidia/tensorflow:pull,push" },
      ],
    ],
  ],
  [
    "names in any case, blanks anywhere",
    '  BEARER   Realm = "https://x.example/t" ,  SERVICE= "s" ',
    [["bearer", { realm: "https://x.example/t", service: "s" }]],
  ],
  ["escapes", 'Basic realm="a \\"b\\" \\\\ c"', [["basic", { realm: 'a "b" \\ c' }]]],
  [
    "a token68 credential first",
    'Negotiate YIIabc/+==, Bearer realm="r"',
    [
      ["negotiate", {}],
      ["bearer", { realm: "r" }],
    ],
  ],
  [
    "a scheme without parameters",
    'Negotiate, Basic realm="x"',
    [
      ["negotiate", {}],
      ["basic", { realm: "x" }],
    ],
  ],
  ["the first of two equal names", 'Bearer realm="a",realm="b"', [["bearer", { realm: "a" }]]],
  [
    "empty members",
    ',, Bearer realm="a",,service="b",',
    [["bearer", { realm: "a", service: "b" }]],
  ],
  ["an empty value", 'Bearer realm=""', [["bearer", { realm: "" }]]],
  [
    "a quote that never ends",
    'Bearer realm="https://x',
    [
      ["bearer", {}],
      ["realm", {}],
    ],
  ],
  ["nothing", "", []],
  ["parameters without a scheme", 'realm="x"', []],
];

describe("parseChallenges", () => {
  it.each([...rows])("reads %s", (_name, header, parsed) => {
    const found = parseChallenges(header).map(({ scheme, parameters }) => [
      scheme,
      Object.fromEntries(parameters),
    ]);
    expect(found).toEqual(parsed);
  });

  it("takes a hostile header of 32 KiB in no time", () => {
    const started = performance.now();
    parseChallenges(`Bearer ${"a=".repeat(16_000)}`);
    parseChallenges(`Bearer realm="${"\\".repeat(32_000)}`);
    parseChallenges(`Bearer ${"a".repeat(32_000)}"`);
    expect(performance.now() - started).toBeLessThan(1000);
  });
});

describe("bearerChallenge", () => {
  it.each([
    ['Basic realm="b", Bearer realm="t"', "t"],
    ['Bearer realm="t", Basic realm="b"', "t"],
    ['Basic realm="b"', undefined],
    ["Bearer", undefined],
    ['Bearer realm=""', undefined],
    [undefined, undefined],
  ])("of %j has the realm %j", (header, realm) => {
    expect(bearerChallenge(header)?.parameters.get("realm")).toBe(realm);
  });
});
