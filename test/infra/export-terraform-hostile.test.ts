import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exportedCache, type FoundCache } from "../../src/domain/export-cache.ts";
import { exportTerraform } from "../../src/domain/export-terraform.ts";
import { registryId } from "../domain/export-facts.ts";
import { hostileCaches, notesIn, notesOf } from "./export-worlds.ts";
import { type Block, readHcl } from "./hcl-export.ts";

const ruleType = "azurerm_container_registry_cache_rule";
const setType = "azurerm_container_registry_credential_set";

const written = (cache: FoundCache) => exportTerraform(exportedCache(cache));
const of = (blocks: readonly Block[], type: string) =>
  blocks.filter((one) => one.type === "resource" && one.labels[0] === type);
const bodies = (blocks: readonly Block[]) => blocks.map(({ body }) => body);

/** In any order, each as often as in the other. */
function expectSame(found: readonly unknown[], expected: readonly unknown[]): void {
  expect(found).toHaveLength(expected.length);
  expect(found).toEqual(expect.arrayContaining([...expected]));
}

describe("an export as Terraform, whatever people write,", () => {
  it("parses, and each rule and set is there once, as ARM has it", () => {
    fc.assert(
      fc.property(hostileCaches, (cache) => {
        const { faulty, blocks } = readHcl(written(cache));
        const sets = of(blocks, setType);
        const labels = new Map(sets.map(({ labels: [, label], body }) => [body["name"], label]));
        const idOf = (set: string) =>
          labels.has(set)
            ? `${setType}.${labels.get(set)}.id`
            : `"\${local.registry_id}/credentialSets/${set}"`;

        expect(faulty).toBe(false);
        expectSame(
          bodies(of(blocks, ruleType)),
          cache.rules.map(({ rule: { name, source, target, credentialSet } }) => ({
            name,
            container_registry_id: "local.registry_id",
            source_repo: source,
            target_repo: target,
            ...(credentialSet !== undefined && { credential_set_id: idOf(credentialSet) }),
          })),
        );
        expectSame(
          sets.map(({ body, blocks: inner }) => [body, ...bodies(inner)]),
          cache.sets.map(({ view: { name, set } }) => [
            { name, container_registry_id: "local.registry_id", login_server: set?.loginServer },
            {
              username_secret_id: set?.usernameSecretId,
              password_secret_id: set?.passwordSecretId,
            },
            { type: "SystemAssigned" },
          ]),
        );
      }),
    );
  });

  it("has an import for each rule and set, by its ARM id", () => {
    fc.assert(
      fc.property(hostileCaches, (cache) => {
        const { blocks } = readHcl(written(cache));
        const imported = (kind: string) => (one: Block) => ({
          to: one.labels.join("."),
          id: `${registryId}/${kind}/${one.body["name"]}`,
        });

        const found = bodies(blocks.filter(({ type }) => type === "import"));
        expect(found).toHaveLength(cache.rules.length + cache.sets.length);
        expectSame(found, [
          ...of(blocks, ruleType).map(imported("cacheRules")),
          ...of(blocks, setType).map(imported("credentialSets")),
        ]);
      }),
    );
  });

  it("keeps texts in their comments, and has labels that stand for one thing each", () => {
    fc.assert(
      fc.property(hostileCaches, (cache) => {
        const { comments, blocks } = readHcl(written(cache));
        const addresses = blocks.map(({ type, labels }) =>
          [type, ...labels].join(".").toLowerCase(),
        );
        const named = addresses.filter((one) => /^(?:resource|data|variable)\./.test(one));

        expect(comments.filter((one) => !/^#[^\n\r\u2028\u2029]*$/.test(one))).toEqual([]);
        expect(notesIn(comments, "Owner")).toEqual(notesOf(cache, "owner"));
        expect(notesIn(comments, "Reason")).toEqual(notesOf(cache, "reason"));
        expect(new Set(named).size).toBe(named.length);
        expect(named.filter((one) => !/^\w+(?:\.[a-z]\w*)+$/.test(one))).toEqual([]);
      }),
    );
  });
});
