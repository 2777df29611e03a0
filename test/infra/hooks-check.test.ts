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

    expect(taken.filter((name) => !name.startsWith("AZURE_"))).toEqual(choiceNames);
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
  ])("are well: %o", (given) => {
    expect(faultsOf(given)).toEqual([]);
  });

  it.each([
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
    [
      { BUDGET_LOW_PERCENT: "0" },
      'BUDGET_LOW_PERCENT is "0", and must be a whole number from 1 to 99',
    ],
    [
      { ALLOWED_ADDRESSES: "mine" },
      'ALLOWED_ADDRESSES is "mine", and must be IPv4 addresses or CIDR ranges, comma-separated: 203.0.113.7,198.51.100.0/24',
    ],
  ])("are told to be wrong: %o", (given, fault) => {
    expect(faultsOf(given)).toEqual([fault]);
  });
});
