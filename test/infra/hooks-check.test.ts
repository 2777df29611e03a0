import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { choiceNames, faultsOf } from "../../infra/hooks/choices.ts";

const root = new URL("../../infra/", import.meta.url);
const id =
  "/subscriptions/0/resourceGroups/rg/providers/Microsoft.ContainerRegistry/registries/contoso";

describe("the choices of a deployment", () => {
  it("are all that main.parameters.json takes, but for what azd sets", () => {
    const text = readFileSync(new URL("main.parameters.json", root), "utf8");
    const taken = [...text.matchAll(/\$\{([A-Z_]+)\}/g)].map(([, name = ""]) => name);

    expect(taken.filter((name) => !name.startsWith("AZURE_")).sort()).toEqual(
      choiceNames.toSorted(),
    );
  });

  it.each([
    {},
    {
      REGISTRY_IDS: `${id}, ${id}2`,
      SIGN_IN: "existing",
      SIGN_IN_CLIENT_ID: "9f1a2b3c-0000-4000-8000-000000000001",
    },
    { PRIVATE_NETWORKING: "true", ALLOWED_ADDRESSES: "203.0.113.7, 198.51.100.0/24" },
    { MAXIMUM_INSTANCES: "100", INSTANCE_MEMORY: "512", ALERT_EMAIL: "ops@contoso.com" },
    {
      DOCKER_ACCOUNT: "Contoso_bot",
      DOCKER_ROTATION: "assisted",
      USER_SECRET_NAME: "hub-reader",
      TOKEN_SECRET_NAME: "hub-pat",
      FIRST_RULES: "docker.io/library/*=library/*, ghcr.io/*=ghcr.io/*",
    },
    { DOCKER_ACCOUNT: "", DOCKER_ROTATION: "", FIRST_RULES: "none" },
    {
      STATE_REDUNDANCY: "Standard_GZRS",
      LOG_RETENTION_DAYS: "730",
      NETWORK_ADDRESS_SPACE: "10.0.0.0/8",
      ROTATOR_VAULT_ID: "/subscriptions/0/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv",
      EXISTING_ACTION_GROUP_ID:
        "/subscriptions/0/resourceGroups/rg/providers/microsoft.insights/actiongroups/ops",
    },
    {
      LARDER_SETTINGS:
        " REFRESH_EVERY = PT12H; POLICY_RULE_NAME_PATTERN=^(?=.{3})[a-z]+$ ;HISTORY_DAYS=;",
    },
  ])("are well: %o", (given) => {
    expect(faultsOf(given)).toEqual([]);
  });

  it.each<[Readonly<Record<string, string>>, string | RegExp]>([
    [{ PRIVATE_NETWORKING: "yes" }, 'PRIVATE_NETWORKING is "yes", and must be true or false'],
    [{ SIGN_IN: "" }, "SIGN_IN is empty: give it a value, or take its line out of azd's .env"],
    [{ SIGN_IN: "on" }, 'SIGN_IN is "on", and must be off, create or existing'],
    [
      { SIGN_IN: "existing" },
      "SIGN_IN is existing, and SIGN_IN_CLIENT_ID does not say which: nobody could call the API",
    ],
    [
      { REGISTRY_IDS: `${id},contoso` },
      `REGISTRY_IDS is "${id},contoso", and must be ARM ids of registries, comma-separated: /subscriptions/…/providers/Microsoft.ContainerRegistry/registries/contoso`,
    ],
    [{ DOCKER_ACCOUNT: "a--b" }, /^DOCKER_ACCOUNT is "a--b", and must be a Docker ID/],
    [{ DOCKER_ROTATION: "on" }, /^DOCKER_ROTATION is "on", and must be managed, assisted or off$/],
    [{ CREDENTIAL_SET_NAME: "hub" }, /^CREDENTIAL_SET_NAME is "hub", and must be 5 to 50/],
    [{ TOKEN_SECRET_NAME: "a b" }, /^TOKEN_SECRET_NAME is "a b", and must be 1 to 119/],
    [{ TOKEN_SECRET_NAME: "docker-hub-user" }, /^USER_SECRET_NAME names the secret with the token/],
    [
      { FIRST_RULES: "docker.io/library/*" },
      /^FIRST_RULES has "docker.io\/library\/\*", which is no/,
    ],
    [
      { FIRST_RULES: "docker.io/library/*=library/*,example.org/*=x/*" },
      /^FIRST_RULES has "example.org\/\*=x\/\*"\. /,
    ],
    [
      { NETWORK_ADDRESS_SPACE: "10.42.0.0/25" },
      'NETWORK_ADDRESS_SPACE is "10.42.0.0/25", and must be a CIDR range from /8 to /24: 10.42.0.0/24',
    ],
    [
      { NETWORK_ADDRESS_SPACE: "10.42.0/16" },
      'NETWORK_ADDRESS_SPACE is "10.42.0/16", and must be a CIDR range from /8 to /24: 10.42.0.0/24',
    ],
    [{ STATE_REDUNDANCY: "GRS" }, /^STATE_REDUNDANCY is "GRS", and must be Standard_LRS, /],
    [{ LOG_RETENTION_DAYS: "7" }, /^LOG_RETENTION_DAYS is "7", and must be a whole number from 30/],
    [{ ROTATOR_VAULT_ID: "kv" }, /^ROTATOR_VAULT_ID is "kv", and must be the ARM id of a vault: /],
    [
      { EXISTING_ACTION_GROUP_ID: "ops" },
      /^EXISTING_ACTION_GROUP_ID is "ops", and must be the ARM id of an action group: /,
    ],
    [{ LARDER_SETTINGS: "REFRESH" }, /^LARDER_SETTINGS has "REFRESH": it must be NAME=value/],
    [{ LARDER_SETTINGS: "REFRESH=1" }, /^LARDER_SETTINGS has "REFRESH": Larder has no setting/],
    [{ LARDER_SETTINGS: "toString=1" }, /^LARDER_SETTINGS has "toString": Larder has no setting/],
    [{ LARDER_SETTINGS: "REGISTRIES=x" }, /"REGISTRIES": give REGISTRY_IDS instead$/],
    [{ LARDER_SETTINGS: "ROTATOR_VAULT=x" }, /"ROTATOR_VAULT": give ROTATOR_VAULT_ID instead$/],
    [{ LARDER_SETTINGS: "VAULT_HOSTS=x" }, /"VAULT_HOSTS": it is for local use$/],
    [
      { LARDER_SETTINGS: "HISTORY_DAYS=1;HISTORY_DAYS=2" },
      /^LARDER_SETTINGS has "HISTORY_DAYS": it is given twice$/,
    ],
    [
      { LARDER_SETTINGS: "HISTORY_DAYS=0" },
      /^LARDER_SETTINGS, or infra\/settings.json: HISTORY_DAYS is "0"; it must be a whole number/,
    ],
    [
      { LARDER_SETTINGS: "ROTATION_RENEW_BEFORE=P90D" },
      /ROTATION_LIFETIME is "P90D", no longer than ROTATION_RENEW_BEFORE/,
    ],
    [
      { BUDGET_LOW_PERCENT: "0" },
      'BUDGET_LOW_PERCENT is "0", and must be a whole number from 1 to 99',
    ],
    [
      { ALLOWED_ADDRESSES: "mine" },
      'ALLOWED_ADDRESSES is "mine", and must be IPv4 addresses or CIDR ranges, comma-separated: 203.0.113.7,198.51.100.0/24',
    ],
  ])("are told to be wrong: %o", (given, fault) => {
    const [found, ...more] = faultsOf(given);

    expect(found).toMatch(fault);
    expect(more).toEqual([]);
  });
});
