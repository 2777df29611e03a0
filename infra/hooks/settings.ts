import * as z from "zod";
import { isSafeAddress } from "../../src/domain/safe-address.ts";
import { settings as larderSettings } from "../../src/settings.ts";
import { dockerChoices, namesDiffer, usualNames } from "./docker-choices.ts";
import type { Environment } from "./environment.ts";
import type { Patience } from "./patience.ts";
import { refusal } from "./refusal.ts";

const output = z.string("is missing: it comes with `azd provision`");
const registryIds = output.transform((text) => text.split(",").map((one) => one.trim()));
const url = output.transform((text) => text.replace(/\/+$/, ""));
/** A key or a token goes there: not in the clear, but on this machine. */
const apiAddress = output.transform((text, context) => {
  const address = URL.parse(text);
  if (address && isSafeAddress(address) && !address.username)
    return address.href.replace(/\/*$/, "/");
  context.addIssue({
    code: "custom",
    message: "must be the address of Larder's API: https://…/api/",
  });
  return z.NEVER;
});
const seconds = (usual: number) =>
  z.coerce.number("must be a number of seconds").nonnegative().default(usual);

const common = {
  DOCKER_ACCOUNT: dockerChoices.DOCKER_ACCOUNT.optional(),
  DOCKER_ROTATION: dockerChoices.DOCKER_ROTATION.default("managed"),
  CREDENTIAL_SET_NAME: dockerChoices.CREDENTIAL_SET_NAME.default("docker-hub"),
  USER_SECRET_NAME: dockerChoices.USER_SECRET_NAME.default(usualNames.user),
  TOKEN_SECRET_NAME: dockerChoices.TOKEN_SECRET_NAME.default(usualNames.token),
  LARDER_VAULT_URL: url,
  // Of the account's login; the same where ROTATOR_VAULT_ID names no other.
  LARDER_ROTATOR_VAULT_URL: url,
  LARDER_REGISTRY_IDS: registryIds,
  HOOK_WAIT_SECONDS: seconds(300),
  HOOK_POLL_SECONDS: seconds(5),
};

const differ = {
  path: ["USER_SECRET_NAME"],
  message: "must not be the name of the secret with the token or the pending one",
};

const forSecrets = z
  .object({
    ...common,
    DOCKER_TOKEN_EXPIRES: z
      .union([z.iso.date(), z.iso.datetime({ offset: true })], 'must be a day such as "2027-03-31"')
      .transform((text) => new Date(text).toISOString())
      .optional(),
    // For tests: other destinations than hub.docker.com.
    CONNECT_TO: larderSettings.CONNECT_TO.schema.optional(),
  })
  .refine(namesDiffer, differ);

const forConnecting = z
  .object({
    ...common,
    AZURE_SUBSCRIPTION_ID: output,
    AZURE_RESOURCE_GROUP: output,
    LARDER_API: apiAddress,
    LARDER_APP_NAME: output,
    LARDER_IDENTITY_PRINCIPAL_ID: output,
    LARDER_VAULT_ID: output,
    ROTATOR_VAULT_ID: z.string().optional(),
    // Empty where the vault's system topic is left out; then the hourly look has to do.
    LARDER_SYSTEM_TOPIC_ID: z.string().optional(),
    LARDER_STATE_STORAGE_ID: output,
    LARDER_SIGN_IN_CLIENT_ID: z.string().optional(),
    CUSTOM_ROLES: z.enum(["true", "false"], "must be true or false").default("true"),
    FIRST_RULES: z.string().optional(),
  })
  .refine(namesDiffer, differ);

export type SecretsSettings = z.output<typeof forSecrets>;
export type ConnectSettings = z.output<typeof forConnecting>;

/** What postprovision needs. Throws one refusal that names every variable that is missing or wrong. */
export const secretsSettings = (from: Environment): SecretsSettings => read(forSecrets, from);

/** What postdeploy needs, likewise. */
export const connectSettings = (from: Environment): ConnectSettings => read(forConnecting, from);

export const patienceOf = (given: {
  readonly HOOK_WAIT_SECONDS: number;
  readonly HOOK_POLL_SECONDS: number;
}): Patience => ({ waitSeconds: given.HOOK_WAIT_SECONDS, pollSeconds: given.HOOK_POLL_SECONDS });

/** An empty value counts as absent, as azd writes what is not set. */
function read<S extends z.ZodType>(schema: S, from: Environment): z.output<S> {
  const given = Object.fromEntries(Object.entries(from).filter(([, value]) => value?.trim()));
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) => `- ${path.join(".")} ${message}`);
  throw refusal(
    `azd's environment is not right (azd env get-values shows it, azd env set changes it):\n${faults.join("\n")}`,
  );
}
