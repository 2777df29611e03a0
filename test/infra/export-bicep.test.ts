import { describe, expect, it } from "vitest";
import { exportBicep } from "../../src/domain/export-bicep.ts";
import { exportedCache } from "../../src/domain/export-cache.ts";
import { found, foundSet, hubSet } from "../domain/export-facts.ts";
import { live, record } from "../domain/facts.ts";
import { readBicep } from "./bicep-export.ts";

const written = (cache: Parameters<typeof exportedCache>[0]) => exportBicep(exportedCache(cache));
const of = (type: string) => (one: { readonly type: string }) => one.type.startsWith(`${type}@`);
const rules = of("Microsoft.ContainerRegistry/registries/cacheRules");

describe("an export as Bicep", () => {
  const grafana = { name: "grafana", source: "docker.io/grafana/*", target: "grafana/*" };
  const held = { ...grafana, credentialSet: "docker-hub" };
  const text = written(
    found({
      rules: [
        { rule: record({ ...held, owner: "web" }), live: live(held) },
        { rule: record({ ...grafana, name: "nginx", status: "requested" }) },
      ],
      sets: [foundSet(hubSet())],
    }),
  );

  it("has the rule with its set by symbol, and the notes above it", () => {
    expect(text).toContain(`
// Owner: "web"
// Requested by "anna" at "2026-11-21T02:00:00.000Z"
resource rule_grafana 'Microsoft.ContainerRegistry/registries/cacheRules@2025-11-01' = {
  parent: registry
  name: 'grafana'
  properties: {
    sourceRepository: 'docker.io/grafana/*'
    targetRepository: 'grafana/*'
    credentialSetResourceId: set_docker_hub.id
  }
}
`);
  });

  it("lets the set's identity read its two secrets, and nothing else, when asked to", () => {
    const { resources } = readBicep(text);
    const granted = resources.filter(of("Microsoft.Authorization/roleAssignments"));

    expect(granted.map(({ condition, body }) => [condition, body["scope"]])).toEqual([
      ["(assignRoles)", "secret_kv_larder_docker_hub_user"],
      ["(assignRoles)", "secret_kv_larder_docker_hub_token"],
    ]);
    expect(granted[0]?.body).toMatchObject({
      properties: {
        principalId: "set_docker_hub.identity.principalId",
        principalType: "ServicePrincipal",
      },
    });
    expect(text).toContain("var keyVaultSecretsUser = '4633458b-17de-408a-b874-0445c86b69e6'");
    expect(text).toContain("param assignRoles bool = false\n");
  });

  it("tells how to compare and to deploy it", () => {
    const where =
      "--subscription 6d3f8a1c-2b47-4e0a-9d55-0c1f7e9b2a34 --resource-group rg-images --template-file contoso.bicep";

    expect(text).toContain(`\n//   az deployment group what-if ${where}\n`);
    expect(text).toContain(`\n//   az deployment group create ${where}\n`);
  });

  it("names what it leaves out in a comment only", () => {
    const { resources, comments } = readBicep(text);

    expect(resources.filter(rules).map(({ body }) => body["name"])).toEqual(["grafana"]);
    expect(comments.some((one) => one.startsWith("// Left out"))).toBe(true);
  });

  it("of an empty cache is comments", () => {
    expect(readBicep(written(found()))).toMatchObject({ faults: [], kinds: [] });
  });

  it("says when one deployment cannot take it", () => {
    const many = (count: number) =>
      written(
        found({
          rules: Array.from({ length: count }, (_rule, index) => {
            const rule = { ...grafana, name: `rule-${index}` };
            return { rule: record(rule), live: live(rule) };
          }),
        }),
      );

    expect(many(800)).not.toContain("split the rules");
    expect(many(801)).toContain("takes 800 resources, and here are 801: split the rules");
  });
});
