import { describe, expect, it } from "vitest";
import { exportedCache } from "../../src/domain/export-cache.ts";
import { exportTerraform } from "../../src/domain/export-terraform.ts";
import { found, foundSet, hubSet, registryId } from "../domain/export-facts.ts";
import { live, record } from "../domain/facts.ts";
import { type Block, readHcl } from "./hcl-export.ts";

const written = (cache: Parameters<typeof exportedCache>[0]) =>
  exportTerraform(exportedCache(cache));
const ruleType = "azurerm_container_registry_cache_rule";
const of = (blocks: readonly Block[], type: string) =>
  blocks.filter((one) => one.type === "resource" && one.labels[0] === type);

describe("an export as Terraform", () => {
  const grafana = { name: "grafana", source: "docker.io/grafana/*", target: "grafana/*" };
  const held = { ...grafana, credentialSet: "docker-hub" };
  const rule = (changes: Partial<typeof grafana> = {}) => ({
    rule: record({ ...held, ...changes }),
    live: live({ ...held, ...changes }),
  });
  const text = written(
    found({
      rules: [
        rule(),
        { rule: record({ ...grafana, name: "nginx", status: "requested", owner: "web" }) },
      ],
      sets: [foundSet(hubSet())],
    }),
  );

  it("takes the rule over and has its set by reference", () => {
    expect(text).toContain(`
# Requested by "anna" at "2026-11-21T02:00:00.000Z"
import {
  to = azurerm_container_registry_cache_rule.grafana
  id = "${registryId}/cacheRules/grafana"
}

resource "azurerm_container_registry_cache_rule" "grafana" {
  name                  = "grafana"
  container_registry_id = local.registry_id
  source_repo           = "docker.io/grafana/*"
  target_repo           = "grafana/*"
  credential_set_id     = azurerm_container_registry_credential_set.docker_hub.id
}
`);
  });

  it("lets the set's identity read its two secrets, and nothing else, when asked to", () => {
    const granted = of(readHcl(text).blocks, "azurerm_role_assignment").map(({ body }) => body);

    expect(granted).toEqual(
      ["docker-hub-user", "docker-hub-token"].map((secret) => ({
        count: "var.assign_roles ? 1 : 0",
        scope: `"\${data.azurerm_key_vault.kv_larder[0].id}/secrets/${secret}"`,
        role_definition_name: "Key Vault Secrets User",
        principal_id:
          "azurerm_container_registry_credential_set.docker_hub.identity[0].principal_id",
        principal_type: "ServicePrincipal",
      })),
    );
  });

  it("asks for a provider that knows the resources, and for the registry's subscription", () => {
    const { blocks } = readHcl(text);
    const body = (type: string) => blocks.find((one) => one.type === type)?.body;

    expect(text).toContain('version = "~> 4.16"');
    expect(body("terraform")).toEqual({ required_version: ">= 1.5" });
    expect(body("provider")).toEqual({ subscription_id: "6d3f8a1c-2b47-4e0a-9d55-0c1f7e9b2a34" });
    expect(body("locals")).toEqual({ registry_id: registryId });
  });

  it("says what a plan should show, and names what it leaves out in a comment only", () => {
    const { blocks, comments } = readHcl(text);

    expect(text).toContain("# Compare first: the plan should be 2 to import and nothing to add");
    expect(of(blocks, ruleType)).toHaveLength(1);
    expect(comments.filter((one) => one.includes('rule "nginx"'))).toHaveLength(1);
  });

  it.each([
    ["a".repeat(50), true],
    ["-start", true],
    ["end--rule", true],
    ["a".repeat(49), false],
    ["1-fine-name", false],
  ])("says whether azurerm refuses the name %s: %s", (name, refused) => {
    expect(written(found({ rules: [rule({ name })] })).includes("azurerm refuses")).toBe(refused);
  });

  it("says that azurerm refuses a secret's version", () => {
    const set = hubSet("docker-hub", {
      passwordSecretId: "https://kv-larder.vault.azure.net/secrets/token/0123abcd",
    });

    expect(written(found({ sets: [foundSet(set)] }))).toContain("# azurerm refuses secrets with a");
    expect(text).not.toContain("azurerm refuses");
  });

  it("of an empty cache has neither resources nor imports", () => {
    const { faulty, blocks } = readHcl(written(found()));

    expect([faulty, blocks.map(({ type }) => type)]).toEqual([false, ["terraform", "provider"]]);
  });
});
