import * as z from "zod";
import { parseRegistryId } from "../../src/azure/registry-id.ts";
import type { Environment } from "./environment.ts";

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const yesOrNo = z.enum(["true", "false"], "must be true or false");
const below = (provider: string) =>
  new RegExp(`^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/${provider}/[^/]+$`, "i");
const vaultId = below("Microsoft.KeyVault/vaults");
const topicId = below("Microsoft.EventGrid/systemTopics");
/** 203.0.113.7 or 203.0.113.0/24. */
const address = z.union([z.ipv4(), z.cidrv4()]);
const wholeNumber = (low: number, high: number) =>
  z.coerce
    .number(`must be a whole number from ${low} to ${high}`)
    .int(`must be a whole number from ${low} to ${high}`)
    .min(low, `must be a whole number from ${low} to ${high}`)
    .max(high, `must be a whole number from ${low} to ${high}`);

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
  EXISTING_VAULT_ID: z
    .string()
    .regex(
      vaultId,
      "must be the ARM id of a vault: /subscriptions/…/providers/Microsoft.KeyVault/vaults/contoso",
    ),
  EXISTING_SYSTEM_TOPIC_ID: z
    .string()
    .regex(
      topicId,
      "must be the ARM id of a system topic: /subscriptions/…/providers/Microsoft.EventGrid/systemTopics/contoso",
    ),
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
  ALERT_EMAIL: z.email("must be a mail address"),
  BUDGET_LOW_PERCENT: wholeNumber(1, 99),
  MAXIMUM_INSTANCES: wholeNumber(40, 1000),
  INSTANCE_MEMORY: z.enum(["512", "2048", "4096"], "must be 512, 2048 or 4096"),
};

export const choiceNames: readonly string[] = Object.keys(choices);

/**
 * What is wrong with them, a sentence each. azd takes "yes" for false without a word, and hands an empty text
 * on, which main.bicep refuses where a value is one of several.
 */
export function faultsOf(from: Environment): readonly string[] {
  const faults = Object.entries(choices).flatMap(([name, schema]) => {
    const given = from[name];
    if (given === undefined) return [];
    if (given.trim() === "")
      return [`${name} is empty: give it a value, or take its line out of azd's .env`];
    const { error } = schema.safeParse(given);
    return (error?.issues ?? [])
      .slice(0, 1)
      .map(({ message }) => `${name} is "${given}", and ${message}`);
  });
  const { SIGN_IN, SIGN_IN_CLIENT_ID } = from;
  if (SIGN_IN === "existing" && !SIGN_IN_CLIENT_ID?.trim())
    faults.push(
      "SIGN_IN is existing, and SIGN_IN_CLIENT_ID does not say which: nobody could call the API",
    );
  return faults;
}
