import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decideCacheRule } from "../../src/domain/decide-cache-rule.ts";
import { deriveRuleName } from "../../src/domain/rule-name.ts";
import { credentialSet, facts, live } from "./facts.ts";

const part = fc.constantFrom("a", "b", "ab", "a-b", "c.d");
const path = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("/"));
const end = fc.constantFrom("", "/*");
const host = fc.constantFrom("docker.io", "quay.io", "ghcr.io", "mcr.microsoft.com");

/** Requests over few names and short paths, so that they collide often. */
const request = fc
  .record({
    name: fc.constantFrom("rule-1", "rule-2", "rule-3", "rule-4", "RULE-1"),
    host,
    source: path,
    target: fc.option(path),
    end,
    wide: fc.boolean(),
  })
  .map(({ name, host: upstream, source, target, end: suffix, wide }) => ({
    name,
    source: `${upstream}/${source}${suffix}`,
    target: wide && suffix !== "" ? "*" : `${target ?? source}${suffix}`,
  }));

/** ACR's rule of overlap, written down again in its own words (wildcards-artifact-cache). */
function clash(a: string, b: string): boolean {
  const wild = (text: string) => text.endsWith("*");
  if (wild(a) && wild(b))
    return a.slice(0, -1).startsWith(b.slice(0, -1)) || b.slice(0, -1).startsWith(a.slice(0, -1));
  return !wild(a) && !wild(b) && a === b;
}

describe("for any requests, accepted one after another", () => {
  it("no two accepted rules share a name or overlap", () => {
    fc.assert(
      fc.property(fc.array(request, { maxLength: 25 }), (requests) => {
        const accepted: { name: string; source: string; target: string }[] = [];
        for (const one of requests) {
          const decision = decideCacheRule(one, facts({ live: accepted.map(live) }));
          if (decision.kind === "accept") accepted.push(decision.rule);
        }
        const pairs = accepted.flatMap((a, index) =>
          accepted.slice(index + 1).map((b) => [a, b] as const),
        );
        expect(
          pairs.filter(
            ([a, b]) => a.name.toLowerCase() === b.name.toLowerCase() || clash(a.target, b.target),
          ),
        ).toEqual([]);
      }),
    );
  });
});

describe("for any facts", () => {
  it("the decision does not depend on the order of any list", () => {
    const sets = [
      credentialSet("hub"),
      credentialSet("hub-2"),
      credentialSet("quay", { loginServer: "quay.io" }),
    ];
    const shuffled = <T>(items: T[]) =>
      fc.shuffledSubarray(items, { minLength: items.length, maxLength: items.length });
    const world = fc
      .record({
        asked: request,
        others: fc.uniqueArray(request, {
          maxLength: 8,
          selector: ({ name }) => name.toLowerCase(),
        }),
        repositories: fc.array(path, { maxLength: 6 }),
      })
      .chain(({ asked, others, repositories }) =>
        fc.record({
          asked: fc.constant(asked),
          others: fc.tuple(fc.constant(others), shuffled(others)),
          repositories: fc.tuple(fc.constant(repositories), shuffled(repositories)),
          sets: shuffled(sets),
        }),
      );
    fc.assert(
      fc.property(world, ({ asked, others, repositories, sets: reordered }) => {
        const first = decideCacheRule(
          asked,
          facts({ live: others[0].map(live), repositories: repositories[0], credentialSets: sets }),
        );
        const second = decideCacheRule(
          asked,
          facts({
            live: others[1].map(live),
            repositories: repositories[1],
            credentialSets: reordered,
          }),
        );
        expect(second).toEqual(first);
      }),
    );
  });
});

describe("the derived name", () => {
  it.each([
    ["docker.io/grafana/*", "docker-io-grafana-all-1lgjbc7"],
    ["docker.io/library/nginx", "docker-io-library-nginx-1fp8wme"],
    [
      "mcr.microsoft.com/azure-functions/a-very-long/repository-path/that-goes-on",
      "mcr-microsoft-com-azure-functions-a-very-0iaacp8",
    ],
  ])("of %s is %s for ever", (source, expected) => {
    expect(deriveRuleName(source)).toBe(expected);
  });

  it("is valid for any source, and the same each time", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (source) => {
        expect(deriveRuleName(source)).toMatch(/^[a-zA-Z0-9-]{5,49}$/);
        expect(deriveRuleName(source)).toBe(deriveRuleName(source));
      }),
    );
  });

  it("differs for sources that only punctuation tells apart", () => {
    const names = ["quay.io/a-b/c", "quay.io/a/b-c", "quay.io/a/b/c", "quay.io/a_b/c"].map(
      deriveRuleName,
    );

    expect(new Set(names).size).toBe(4);
  });
});
