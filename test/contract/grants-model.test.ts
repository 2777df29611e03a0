import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { vaultArmId } from "../local/cloud.ts";
import { type AccessStage, accessStage, localVault } from "./arm-access-stage.ts";

let stage: AccessStage;
beforeAll(async () => {
  stage = await accessStage();
});
afterEach(() => {
  stage.faults.clear();
  stage.arm.access.mode = "rbac";
});
afterAll(() => stage.close());

const token = `${localVault}/secrets/token`;
const named = "https://larder.vault.azure.net/secrets/token";
const sameGroup = vaultArmId().replace(/larder$/, "");

/* What the contract suite of the port (grants.test.ts) cannot ask of the fake. */
describe("how a vault decides, over ARM", () => {
  it.each([
    ["403", "is forbidden"],
    ["404", "says there is none"],
    ["400", "refuses"],
    ["401", "does not take our token"],
    ["429", "says to wait"],
    ["500", "fails"],
    ["drop", "does not answer"],
  ])("is unknown, and no error, when ARM %s: %s", async (kind) => {
    stage.faults.add({ where: "arm", match: "^GET", kind, times: 3 });

    expect(await stage.grants().model([token])).toEqual(["unknown"]);
  });

  it("is known after ARM failed once", async () => {
    stage.arm.access.mode = "accessPolicies";
    stage.faults.add({ where: "arm", match: "^GET", kind: "503", times: 1 });

    expect(await stage.grants().model([token])).toEqual(["accessPolicies"]);
  });

  it("is told of one vault while another cannot be read", async () => {
    const vaults = [vaultArmId(), `${sameGroup}absent`];
    const secrets = ["https://absent.vault.azure.net/secrets/token", named];

    expect(await stage.grants(vaults).model(secrets)).toEqual(["unknown", "roles"]);
  });

  it.each([
    ["a vault of none of the settings", token, []],
    ["a host that is not trusted", "https://larder.evil.example/secrets/token", [vaultArmId()]],
    ["what is no secret", "https://larder.vault.azure.net/keys/token", [vaultArmId()]],
  ])("is unknown of %s", async (_case, secretId, vaults) => {
    expect(await stage.grants(vaults).model([secretId])).toEqual(["unknown"]);
  });
});
