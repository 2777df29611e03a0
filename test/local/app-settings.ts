import { settings } from "../../src/settings.ts";
import { topicPath } from "./topic/event-topic.ts";

/** What of the stand-in an app must know. */
export interface AppSurroundings {
  readonly armUrl: string;
  readonly vaultUrl: string;
  /** Of the topic service; absent: Larder publishes no events. */
  readonly topicUrl?: string | undefined;
  /** The token endpoint with its path, and the header that opens it. */
  readonly identityEndpoint: string;
  readonly identityHeader: string;
  readonly caFile: string;
  readonly storage: string;
  /** ARM ids. */
  readonly registries: readonly string[];
  /** ARM id of the vault; absent: Larder grants nothing by itself. */
  readonly vaultArmId?: string | undefined;
  readonly connectTo: Readonly<Record<string, string>>;
}

/** Larder's settings (src/settings.ts) for the stand-in, and what Node and the SDKs read themselves. */
export function appSettings(around: AppSurroundings): Readonly<Record<string, string>> {
  const own: Partial<Record<keyof typeof settings, string>> = {
    REGISTRIES: around.registries.join(","),
    LarderStorage: around.storage,
    IDENTITY_ENDPOINT: around.identityEndpoint,
    ARM_ENDPOINT: around.armUrl,
    ARM_POLL_SECONDS: "0.2",
    VAULT_HOSTS: new URL(around.vaultUrl).host,
    CONNECT_TO: JSON.stringify(around.connectTo),
    RECONCILE_SCHEDULE: "0 */5 * * * *",
    SWEEP_SCHEDULE: "0 */5 * * * *",
    // Renewing a token shows within minutes here.
    ROTATION_SCHEDULE: "0 * * * * *",
    ROTATION_EVERY_SECONDS: "60",
    REPORT_SCHEDULE: "0 */15 * * * *",
    ROTATION_MINIMUM_GRACE: "PT1S",
    ...(around.vaultArmId && { GRANT_VAULTS: around.vaultArmId }),
    ...(around.topicUrl && { EVENT_TOPIC: around.topicUrl + topicPath }),
  };
  return {
    ...own,
    IDENTITY_HEADER: around.identityHeader,
    NODE_EXTRA_CA_CERTS: around.caFile,
    AZURE_TELEMETRY_DISABLED: "true",
    FUNCTIONS_WORKER_RUNTIME: "node",
  };
}

/** What only the stand-in can know; the rest is for whoever starts it to choose. */
const given =
  /^(REGISTRIES|LarderStorage.*|IDENTITY_ENDPOINT|ARM_ENDPOINT|VAULT_.*|CONNECT_TO|EVENT_TOPIC|GRANT_VAULTS)$/;

/** Larder's settings in an environment that do not say where things are: policy, schedules, checks. */
export function chosenSettings(
  env: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  const names = Object.keys(settings).filter((name) => !given.test(name));
  return Object.fromEntries(
    names.flatMap((name): [string, string][] => {
      const value = env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
