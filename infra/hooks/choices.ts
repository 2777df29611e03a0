import * as z from "zod";
import { parseRegistryId } from "../../src/azure/registry-id.ts";
import { dockerChoices, firstRulesFaults, namesDiffer } from "./docker-choices.ts";
import type { Environment } from "./environment.ts";
import { larderSettingsFaults } from "./larder-settings.ts";

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const yesOrNo = z.enum(["true", "false"], "must be true or false");
const below = (provider: string) =>
  new RegExp(`^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/${provider}/[^/]+$`, "i");
const armId = (provider: string, what: string) =>
  z
    .string()
    .regex(
      below(provider),
      `must be the ARM id of ${what}: /subscriptions/…/providers/${provider}/contoso`,
    );
/** 203.0.113.7 or 203.0.113.0/24. */
const address = z.union([z.ipv4(), z.cidrv4()]);
const wholeNumber = (low: number, high: number) => {
  const must = `must be a whole number from ${low} to ${high}`;
  return z.coerce.number(must).int(must).min(low, must).max(high, must);
};

const redundancies = ["LRS", "ZRS", "GRS", "RAGRS", "GZRS", "RAGZRS"].map(
  (kind) => `Standard_${kind}`,
);

/** Whether every entry of a comma-separated list is well. */
const each = (good: (entry: string) => boolean) => (text: string) =>
  text.split(",").every((entry) => good(entry.trim()));

/** What main.parameters.json takes from azd's environment, but for what azd itself sets. */
const choices = {
  REGISTRY_IDS: z.string().refine(
    each((id) => parseRegistryId(id) !== undefined),
    "must be ARM ids of registries, comma-separated: /subscriptions/…/providers/Microsoft.ContainerRegistry/registries/contoso",
  ),
  NEW_REGISTRY_SKU: z.enum(["Basic", "Standard", "Premium"], "must be Basic, Standard or Premium"),
  NEW_REGISTRY_REPOSITORY_ROLES: yesOrNo,
  EXISTING_VAULT_ID: armId("Microsoft.KeyVault/vaults", "a vault"),
  ROTATOR_VAULT_ID: armId("Microsoft.KeyVault/vaults", "a vault"),
  EXISTING_SYSTEM_TOPIC_ID: armId("Microsoft.EventGrid/systemTopics", "a system topic"),
  CUSTOM_ROLES: yesOrNo,
  DELETE_IMAGES: yesOrNo,
  PRIVATE_NETWORKING: yesOrNo,
  ALLOWED_ADDRESSES: z.string().refine(
    each((entry) => address.safeParse(entry).success),
    "must be IPv4 addresses or CIDR ranges, comma-separated: 203.0.113.7,198.51.100.0/24",
  ),
  SIGN_IN: z.enum(["off", "create", "existing"], "must be off, create or existing"),
  SIGN_IN_CLIENT_ID: z.string().regex(guid, "must be the client id of an app registration"),
  PUBLISH_EVENTS: yesOrNo,
  ALERTS: yesOrNo,
  EXISTING_ACTION_GROUP_ID: armId("Microsoft.Insights/actionGroups", "an action group"),
  ALERT_EMAIL: z.email("must be a mail address"),
  BUDGET_LOW_PERCENT: wholeNumber(1, 99),
  MAXIMUM_INSTANCES: wholeNumber(40, 1000),
  INSTANCE_MEMORY: z.enum(["512", "2048", "4096"], "must be 512, 2048 or 4096"),
  STATE_REDUNDANCY: z.enum(redundancies, `must be ${redundancies.join(", ")}`),
  LOG_RETENTION_DAYS: wholeNumber(30, 730),
  NETWORK_ADDRESS_SPACE: z
    .cidrv4("must be a CIDR range from /8 to /24: 10.42.0.0/24")
    .regex(/\/([89]|1\d|2[0-4])$/, "must be a CIDR range from /8 to /24: 10.42.0.0/24"),
  // Looked at by themselves below.
  LARDER_SETTINGS: z.string(),
};

export const choiceNames: readonly string[] = Object.keys(choices);

/**
 * What is wrong with them and with those that only the hooks take, a sentence each. azd takes "yes" for false without a
 * word, and hands an empty text on, which main.bicep refuses where a value is one of several.
 */
export function faultsOf(from: Environment): readonly string[] {
  const faults = Object.entries({ ...choices, ...dockerChoices }).flatMap(([name, schema]) => {
    const given = from[name];
    if (given === undefined) return [];
    if (given.trim() === "")
      return name in choices
        ? [`${name} is empty: give it a value, or take its line out of azd's .env`]
        : [];
    const { error } = schema.safeParse(given);
    return (error?.issues ?? [])
      .slice(0, 1)
      .map(({ message }) => `${name} is "${given}", and ${message}`);
  });
  return [
    ...faults,
    ...contradictions(from),
    ...firstRulesFaults(from["FIRST_RULES"]?.trim() || "none"),
    ...larderSettingsFaults(from["LARDER_SETTINGS"]),
  ];
}

function contradictions(from: Environment): readonly string[] {
  const { SIGN_IN, SIGN_IN_CLIENT_ID } = from;
  return [
    SIGN_IN === "existing" &&
      !SIGN_IN_CLIENT_ID?.trim() &&
      "SIGN_IN is existing, and SIGN_IN_CLIENT_ID does not say which: nobody could call the API",
    !namesDiffer(from) &&
      "USER_SECRET_NAME names the secret with the token or the pending one: give it another name",
  ].filter((one) => one !== false);
}
