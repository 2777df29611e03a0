import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exportBicep } from "../../src/domain/export-bicep.ts";
import { exportedCache, type FoundCache } from "../../src/domain/export-cache.ts";
import { readBicep } from "./bicep-export.ts";
import { hostileCaches, notesIn, notesOf } from "./export-worlds.ts";

const written = (cache: FoundCache) => exportBicep(exportedCache(cache));
const of = (type: string) => (one: { readonly type: string }) => one.type.startsWith(`${type}@`);
const rules = of("Microsoft.ContainerRegistry/registries/cacheRules");
const sets = of("Microsoft.ContainerRegistry/registries/credentialSets");

describe("an export as Bicep, whatever people write,", () => {
  it("parses, and each rule and set is there once, as ARM has it", () => {
    fc.assert(
      fc.property(hostileCaches, (cache) => {
        const { faults, kinds, resources } = readBicep(written(cache));
        const symbols = new Map(
          resources.filter(sets).map(({ symbol, body }) => [body["name"], symbol]),
        );

        expect(faults).toEqual([]);
        expect(
          kinds.filter(
            (kind) => !/^(?:resource|parameter|variable)_declaration$|^decorators$/.test(kind),
          ),
        ).toEqual([]);
        expect(resources.filter(rules).map(({ body }) => body)).toHaveLength(cache.rules.length);
        for (const { live: shown } of cache.rules)
          expect(resources.filter(rules).map(({ body }) => body)).toContainEqual({
            parent: "registry",
            name: shown?.name,
            properties: {
              sourceRepository: shown?.source,
              targetRepository: shown?.target,
              ...(shown?.credentialSet !== undefined && {
                credentialSetResourceId: symbols.has(shown.credentialSet)
                  ? `${symbols.get(shown.credentialSet)}.id`
                  : `'\${registry.id}/credentialSets/${shown.credentialSet}'`,
              }),
            },
          });
        for (const { view } of cache.sets)
          expect(resources.filter(sets).map(({ body }) => body)).toContainEqual({
            parent: "registry",
            name: view.set?.name,
            identity: { type: "SystemAssigned" },
            properties: {
              loginServer: view.set?.loginServer,
              authCredentials: [
                {
                  name: "Credential1",
                  usernameSecretIdentifier: view.set?.usernameSecretId,
                  passwordSecretIdentifier: view.set?.passwordSecretId,
                },
              ],
            },
          });
      }),
    );
  });

  it("keeps texts in their comments, and has symbols that stand for one thing each", () => {
    fc.assert(
      fc.property(hostileCaches, (cache) => {
        const text = written(cache);
        const { comments, resources } = readBicep(text);

        expect(comments.filter((one) => !/^\/\/[^\n\r\u2028\u2029]*$/.test(one))).toEqual([]);
        expect(notesIn(comments, "Owner")).toEqual(notesOf(cache, "owner"));
        expect(notesIn(comments, "Reason")).toEqual(notesOf(cache, "reason"));
        expect(notesIn(comments, "Refresh policy")).toHaveLength(cache.rules.length);
        const symbols = resources.map(({ symbol }) => symbol.toLowerCase());
        expect(new Set(symbols).size).toBe(symbols.length);
        expect(symbols.filter((symbol) => !/^[a-z]\w*$/.test(symbol))).toEqual([]);
      }),
    );
  });
});
