import * as z from "zod";
import { rotationModes } from "../../src/domain/rotation-policy.ts";
import { settings as larderSettings } from "../../src/settings.ts";
import type { Environment } from "./environment.ts";
import type { Patience } from "./patience.ts";
import { refusal } from "./refusal.ts";

const output = z.string("is missing: it comes with `azd provision`");
const registryIds = output.transform((text) => text.split(",").map((one) => one.trim()));
/** As the API takes it; two hyphens in a row would be another account's secret (src/domain/rotator-secrets.ts). */
const account = z
  .string()
  .toLowerCase()
  .regex(
    /^(?!.*--)[a-z0-9][a-z0-9_-]{1,62}$/,
    "must be a Docker ID or a Docker organization's name",
  );
const seconds = (usual: number) =>
  z.coerce.number("must be a number of seconds").nonnegative().default(usual);

const common = {
  DOCKER_ACCOUNT: account.optional(),
  DOCKER_ROTATION: z
    .enum([...rotationModes, "off"], "must be managed, assisted or off")
    .default("managed"),
  CREDENTIAL_SET_NAME: z
    .string()
    .regex(/^[a-zA-Z0-9-]{5,50}$/, "must be 5 to 50 letters, digits and hyphens")
    .default("docker-hub"),
  LARDER_VAULT_URL: output.transform((url) => url.replace(/\/+$/, "")),
  LARDER_REGISTRY_IDS: registryIds,
  HOOK_WAIT_SECONDS: seconds(300),
  HOOK_POLL_SECONDS: seconds(5),
};

const forSecrets = z.object({
  ...common,
  DOCKER_TOKEN_EXPIRES: z
    .union([z.iso.date(), z.iso.datetime({ offset: true })], 'must be a day such as "2027-03-31"')
    .transform((text) => new Date(text).toISOString())
    .optional(),
  // For tests: other destinations than hub.docker.com.
  CONNECT_TO: larderSettings.CONNECT_TO.schema.optional(),
});

const forConnecting = z.object({
  ...common,
  AZURE_SUBSCRIPTION_ID: output,
  AZURE_RESOURCE_GROUP: output,
  LARDER_API: output.transform((url) => url.replace(/\/*$/, "/")),
  LARDER_APP_NAME: output,
  LARDER_IDENTITY_PRINCIPAL_ID: output,
  LARDER_VAULT_ID: output,
  // Empty where the vault's system topic is left out; then the hourly look has to do.
  LARDER_SYSTEM_TOPIC_ID: z.string().optional(),
  LARDER_STATE_STORAGE_ID: output,
  LARDER_SIGN_IN_CLIENT_ID: z.string().optional(),
  CUSTOM_ROLES: z.enum(["true", "false"], "must be true or false").default("true"),
  FIRST_RULES: z.string().optional(),
});

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
