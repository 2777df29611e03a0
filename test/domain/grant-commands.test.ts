import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import type { CredentialSet } from "../../src/domain/credential-set.ts";
import { grantCommands } from "../../src/domain/grant-commands.ts";
import { credentialSet } from "./facts.ts";

const principalId = "0bd5e2f6-6c14-4f0c-9a3e-5b0c7f3d2a11";
const hub = (changes: Partial<CredentialSet> = {}) =>
  credentialSet("hub", {
    usernameSecretId: "https://contoso.vault.azure.net/secrets/hub-user",
    passwordSecretId: "https://contoso.vault.azure.net/secrets/hub-token",
    principalId,
    ...changes,
  });

const assign = (vault: string, secret: string) =>
  `az role assignment create --assignee-object-id 0bd5e2f6-6c14-4f0c-9a3e-5b0c7f3d2a11 --assignee-principal-type ServicePrincipal --role "Key Vault Secrets User" --scope "$(az keyvault show --name ${vault} --query id --output tsv)/secrets/${secret}"`;
const setPolicy = (vault: string) =>
  `az keyvault set-policy --name ${vault} --object-id 0bd5e2f6-6c14-4f0c-9a3e-5b0c7f3d2a11 --secret-permissions get`;

const roles = ["roles", "roles"] as const;
const policies = ["accessPolicies", "accessPolicies"] as const;

describe("grantCommands", () => {
  it("assigns the role on each secret of a vault with roles", () => {
    expect(grantCommands(hub(), roles)).toEqual([
      `${assign("contoso", "hub-user")}\n${assign("contoso", "hub-token")}`,
    ]);
  });

  it("sets one policy on a vault with access policies", () => {
    expect(grantCommands(hub(), policies)).toEqual([setPolicy("contoso")]);
  });

  it("gives both, each with a comment, for a vault it knows nothing of", () => {
    expect(grantCommands(hub())).toEqual([
      `# for a vault with roles (RBAC)\n${assign("contoso", "hub-user")}\n${assign("contoso", "hub-token")}`,
      `# for a vault with access policies\n${setPolicy("contoso")}`,
    ]);
  });

  it("names two vaults where the secrets lie in two, and one secret once", () => {
    const two = hub({ usernameSecretId: "https://users.vault.azure.cn/secrets/hub-user/0123ab" });
    const one = hub({ usernameSecretId: hub().passwordSecretId });

    expect(grantCommands(two, policies)).toEqual([
      `${setPolicy("users")}\n${setPolicy("contoso")}`,
    ]);
    expect(grantCommands(two, roles)).toEqual([
      `${assign("users", "hub-user")}\n${assign("contoso", "hub-token")}`,
    ]);
    expect(grantCommands(one, roles)).toEqual([assign("contoso", "hub-token")]);
  });

  describe("with the secrets in two vaults", () => {
    const two = hub({ usernameSecretId: "https://users.vault.azure.net/secrets/hub-user" });

    it.each([
      ["roles", "accessPolicies", `${assign("users", "hub-user")}\n${setPolicy("contoso")}`],
      ["accessPolicies", "roles", `${setPolicy("users")}\n${assign("contoso", "hub-token")}`],
    ] as const)("gives one entry for %s and %s", (first, second, entry) => {
      expect(grantCommands(two, [first, second])).toEqual([entry]);
    });

    it.each([
      ["roles", assign("users", "hub-user")],
      ["accessPolicies", setPolicy("users")],
    ] as const)("leaves only the other open after %s", (known, line) => {
      expect(grantCommands(two, [known, "unknown"])).toEqual([
        `# for vault contoso with roles (RBAC)\n${line}\n${assign("contoso", "hub-token")}`,
        `# for vault contoso with access policies\n${line}\n${setPolicy("contoso")}`,
      ]);
    });

    it("takes them to be alike when nothing is known of either", () => {
      expect(grantCommands(two, ["unknown", "unknown"])).toEqual([
        `# for a vault with roles (RBAC)\n${assign("users", "hub-user")}\n${assign("contoso", "hub-token")}`,
        `# for a vault with access policies\n${setPolicy("users")}\n${setPolicy("contoso")}`,
      ]);
    });
  });

  it("says nothing while the set has no identity", () => {
    expect(grantCommands(hub({ principalId: undefined }))).toEqual([]);
  });

  it.each<Partial<CredentialSet>>([
    { principalId: "$(id)" },
    { principalId: `${principalId};id` },
    { principalId: `${principalId}\nid` },
    { principalId: "" },
    { passwordSecretId: "https://contoso.vault.azure.net/secrets/a$(id)" },
    { passwordSecretId: "https://contoso.vault.azure.net/secrets/`id`" },
    { passwordSecretId: 'https://contoso.vault.azure.net/secrets/a"b' },
    { passwordSecretId: "https://contoso.vault.azure.net/secrets/a b" },
    { passwordSecretId: "https://contoso.vault.azure.net/secrets/a%0Aid" },
    { passwordSecretId: "https://contoso.vault.azure.net/secrets/" },
    { passwordSecretId: "https://contoso.vault.azure.net/keys/a" },
    { passwordSecretId: "https://-o.vault.azure.net/secrets/a" },
    { passwordSecretId: "https://a$(id).vault.azure.net/secrets/a" },
    { passwordSecretId: "https://a;id.vault.azure.net/secrets/a" },
    { passwordSecretId: "http://contoso.vault.azure.net/secrets/a" },
    { passwordSecretId: "contoso" },
    { usernameSecretId: "" },
  ])("builds nothing from %j", (changes) => {
    expect(grantCommands(hub(changes))).toEqual([]);
  });

  it("is read by a shell as it is meant", () => {
    const az =
      'az() { if [ "$2" = show ]; then echo /vaults/$4; else printf "%s|" "$@"; echo; fi; }';
    const script = `${az}\n${grantCommands(hub()).join("\n")}`;

    const who = "0bd5e2f6-6c14-4f0c-9a3e-5b0c7f3d2a11";
    const role = `role|assignment|create|--assignee-object-id|${who}|--assignee-principal-type|ServicePrincipal|--role|Key Vault Secrets User|--scope|/vaults/contoso/secrets/`;
    expect(
      execFileSync("/bin/sh", ["-c", script], { encoding: "utf8" }).trim().split("\n"),
    ).toEqual([
      `${role}hub-user|`,
      `${role}hub-token|`,
      `keyvault|set-policy|--name|contoso|--object-id|${who}|--secret-permissions|get|`,
    ]);
  });
});
