import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isOwnLabel, secretTags, tokenLabel } from "../../src/domain/token-marks.ts";

const set = { registry: "contoso", name: "docker-hub" };
const id = (registry: string) => `${registry}-mfzwizltovzwk4q2mfzwizlto4`;

describe("a token's label", () => {
  it("names the set and the rotation", () => {
    expect(tokenLabel(set, id("contoso"))).toBe(
      "larder contoso/docker-hub mfzwizltovzwk4q2mfzwizlto4",
    );
  });

  it("is the set's own in whatever case the set is named, and of no rotation in particular", () => {
    const label = tokenLabel(set, id("contoso"));

    expect(isOwnLabel({ registry: "Contoso", name: "Docker-Hub" }, label)).toBe(true);
    expect(isOwnLabel(set, "larder contoso/docker-hub anything")).toBe(true);
  });

  it.each([
    "made by hand",
    "larder",
    "larder contoso/docker-hub",
    "larder contoso/docker-hub2 aaaa",
    "larder contoso2/docker-hub aaaa",
    "Larder contoso/docker-hub aaaa",
    " larder contoso/docker-hub aaaa",
  ])("is not taken for the set's: %j", (label) => {
    expect(isOwnLabel(set, label)).toBe(false);
  });

  it("is shortened for the longest names, and still tells two of them apart", () => {
    const registry = "r".repeat(50);
    const one = { registry, name: `${"s".repeat(49)}a` };
    const other = { registry, name: `${"s".repeat(49)}b` };

    const label = tokenLabel(one, id(registry));

    expect(label).toMatch(/^larder r{50}\/s~[0-9a-z]{7} mfzwizltovzwk4q2mfzwizlto4$/);
    expect(label.length).toBeLessThanOrEqual(100);
    expect(isOwnLabel(one, label)).toBe(true);
    expect(isOwnLabel(other, label)).toBe(false);
  });
});

/** ACR's rules for names: letters and digits, in sets' names hyphens, too. */
const letters = "a b c x y z 0 1 2 9".split(" ");
const registries = fc.string({ unit: fc.constantFrom(...letters), minLength: 5, maxLength: 50 });
const names = fc.string({
  unit: fc.constantFrom(...letters, "A", "Z", "-"),
  minLength: 5,
  maxLength: 50,
});
const sets = fc.record({ registry: registries, name: names });
/** Names that differ in little, and only near their ends. */
const near = fc.tuple(sets, fc.constantFrom("a", "-", "0", "aa")).map(([one, more]) => ({
  one,
  other: { ...one, name: (one.name.slice(0, 50 - more.length) + more).slice(-50) },
}));

describe("labels of all sets", () => {
  it("have at most 100 characters, and are their own set's", () => {
    fc.assert(
      fc.property(sets, (one) => {
        const label = tokenLabel(one, id(one.registry));
        expect(label.length).toBeLessThanOrEqual(100);
        expect(isOwnLabel(one, label)).toBe(true);
      }),
    );
  });

  it("are never another set's", () => {
    const pairs = fc.oneof(fc.record({ one: sets, other: sets }), near);
    fc.assert(
      fc.property(pairs, ({ one, other }) => {
        const owner = ({ registry, name }: typeof one) => `${registry}/${name}`.toLowerCase();
        fc.pre(owner(one) !== owner(other));
        expect(isOwnLabel(other, tokenLabel(one, id(one.registry)))).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("the tags of a secret's version", () => {
  it("name owner, rotation and token, beside what a person wrote", () => {
    const others = { team: "platform", "larder-rolled-back": "contoso-x", "larder-token": "old" };

    expect(secretTags(set, "contoso-one", "uuid-1", others)).toEqual({
      team: "platform",
      "larder-owner": "contoso/docker-hub",
      "larder-rotation": "contoso-one",
      "larder-token": "uuid-1",
    });
  });

  it("name no token where none is known", () => {
    expect(secretTags(set, "contoso-one", undefined, { "larder-token": "old" })).toEqual({
      "larder-owner": "contoso/docker-hub",
      "larder-rotation": "contoso-one",
    });
  });
});
