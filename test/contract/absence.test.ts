import { beforeAll, describe, expect, it } from "vitest";
import { whatIsMissing } from "../../src/azure/absence.ts";
import { connectArm } from "../../src/azure/arm.ts";
import { cacheRuleWriter } from "../../src/azure/cache-rule-writer.ts";
import { cacheRules } from "../../src/azure/cache-rules.ts";
import { credentialSets } from "../../src/azure/credential-sets.ts";
import { parseRegistryId } from "../../src/azure/registry-id.ts";
import { LarderError } from "../../src/domain/errors.ts";
import { registryId } from "../local/cloud.ts";
import { registryName as contoso, localCloud } from "./cloud-worlds.ts";

/* A 404 means "does not exist" only where it speaks of the very thing that was asked for. */

const cloud = localCloud();
const nginx = { source: "docker.io/library/nginx", target: "nginx", credentialSet: "docker-hub" };

/** Larder's ARM adapters for a registry by its id, over the stand-in. */
function adapters(id: string) {
  const { identity, urls } = cloud().standIn;
  const arm = connectArm({
    registries: [id].flatMap((one) => parseRegistryId(one) ?? []),
    credential: {
      getToken: async () => ({
        token: identity.issue(identity.appPrincipalId, "https://management.azure.com"),
        expiresOnTimestamp: Date.now() + 3_600_000,
      }),
    },
    endpoint: urls.arm,
  });
  const writer = cacheRuleWriter(arm, { pollSeconds: 0.05, patienceSeconds: 10 });
  return { rules: cacheRules(arm), writer, sets: credentialSets(arm) };
}

describe.each([
  ["registry", registryId("vanished"), "vanished", "ResourceNotFound"],
  [
    "resource group",
    registryId(contoso).replace(/resourceGroups\/[^/]+/, "resourceGroups/vanished"),
    contoso,
    "ResourceGroupNotFound",
  ],
])("where the %s is gone", (_what, id, registry, code) => {
  const refused = { reason: "refused", problem: { code } };

  it("no rule counts as gone", async () => {
    const { rules, writer, sets } = adapters(id);

    await expect(rules.get(registry, "nginx")).rejects.toMatchObject(refused);
    await expect(rules.list(registry)).rejects.toMatchObject(refused);
    await expect(writer.remove(registry, "nginx")).rejects.toMatchObject(refused);
    await expect(sets.list(registry)).rejects.toMatchObject(refused);
  });
});

describe("a 404 that does not say what is missing", () => {
  const faults = () => cloud().standIn.faults;
  const one = "GET .*/cacheRules/";

  beforeAll(async () => {
    await cloud().ports.cacheRuleWriter.create(contoso, "nginx", nginx);
  });

  it("leaves a rule there that the list still shows", async () => {
    faults().add({ where: "arm", kind: "404", match: `${one}nginx`, times: 1 });
    expect(await cloud().ports.cacheRules.get(contoso, "nginx")).toMatchObject(nginx);
    expect(faults().list()).toEqual([]);
  });

  it("is believed when the list does not show the rule either", async () => {
    faults().add({ where: "arm", kind: "404", match: `${one}absent`, times: 1 });
    expect(await cloud().ports.cacheRules.get(contoso, "absent")).toBeUndefined();
    expect(faults().list()).toEqual([]);
  });

  it("to a deletion is no success while the rule is there", async () => {
    faults().add({ where: "arm", kind: "404", match: "^DELETE", times: 1 });
    await expect(cloud().ports.cacheRuleWriter.remove(contoso, "nginx")).rejects.toMatchObject({
      reason: "unavailable",
      problem: { code: "ResourceNotFound" },
    });
    expect(await cloud().ports.cacheRules.get(contoso, "nginx")).toBeDefined();
  });

  it("of the registry's data plane is no answer about a repository", async () => {
    const { repositories } = cloud().ports;
    await repositories.list(contoso, "", 1);
    const answers = [
      () => repositories.exists(contoso, "app"),
      () => repositories.remove(contoso, "app"),
      () => repositories.list(contoso, "", 1),
    ];
    for (const answer of answers) {
      faults().add({ where: "acr", kind: "404", match: "/acr/v1/", times: 1 });
      await expect(answer()).rejects.toMatchObject({ reason: "refused" });
    }
    expect(faults().list()).toEqual([]);
  });
});

describe("whatIsMissing", () => {
  const resource = (path: string) =>
    `Could not read cache rule nginx of contoso: The Resource 'Microsoft.ContainerRegistry/registries/contoso${path}' under resource group 'rg' was not found.`;

  it.each([
    ["ResourceNotFound", resource("/cacheRules/nginx"), "rule"],
    ["ResourceNotFound", resource("/cacherules/NGINX"), "rule"],
    ["ResourceNotFound", resource("/cacheRules/nginx-2"), "unclear"],
    ["ResourceNotFound", resource(""), "unclear"],
    ["NotFound", "Could not read cache rule nginx of contoso: Not found.", "unclear"],
    ["ResourceGroupNotFound", "Resource group 'rg' could not be found.", "above"],
    ["SubscriptionNotFound", "The subscription 's' could not be found.", "above"],
    ["ParentResourceNotFound", resource("/cacheRules/nginx"), "above"],
  ])("%s, %j: %s", (code, message, expected) => {
    expect(whatIsMissing(new LarderError("missing", { code, message }), "nginx")).toBe(expected);
  });
});
