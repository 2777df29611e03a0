import type { RegistryId } from "./azure/registry-id.ts";
import type { TrustedVaults } from "./azure/secret-id.ts";
import type { Policy, RuleSettings } from "./domain/policy.ts";
import type { RefreshSettings } from "./domain/refresh-ports.ts";
import type { ReportSettings } from "./domain/report-ports.ts";
import type { RotationSettings } from "./domain/rotation-ports.ts";
import { type Secret, secret } from "./domain/secret.ts";
import { readRotation } from "./rotation-config.ts";
import { type Environment, type SettingReader, settingReader } from "./setting-reader.ts";

/** All of Larder's settings, parsed. */
export interface Config {
  readonly registries: readonly RegistryId[];
  readonly storage:
    | { readonly kind: "connectionString"; readonly connectionString: Secret }
    | {
        readonly kind: "identity";
        readonly tableServiceUri: string;
        readonly queueServiceUri: string;
      };
  readonly identity: { readonly managed: boolean; readonly clientId: string | undefined };
  readonly signInEnabled: boolean;
  /** It is the only door: no function key besides. */
  readonly keyless: boolean;
  readonly arm: { readonly endpoint: string; readonly pollSeconds: number };
  readonly vaults: TrustedVaults;
  readonly upstreams: {
    readonly connectTo: ReadonlyMap<string, string>;
    readonly timeoutSeconds: number;
    /** To one upstream at once. */
    readonly maxSockets: number;
  };
  readonly registryData: {
    /** To one registry at once. */
    readonly maxInFlight: number;
    /** Requests a minute. */
    readonly rates: "tier" | "off" | { readonly reads: number; readonly deletes: number };
    /** Length of that minute, seconds; another one only where a test shortens it. */
    readonly windowSeconds?: number | undefined;
  };
  readonly rules: RuleSettings;
  readonly refresh: RefreshSettings;
  readonly rotation: RotationSettings;
  readonly report: ReportSettings;
  /** ARM ids of the vaults in which Larder may assign roles. */
  readonly grantVaults: readonly string[];
  /** Address of the Event Grid topic that is told about tokens. */
  readonly eventTopic: string | undefined;
}

/**
 * The configuration in an environment; an empty value counts as absent. Throws one Error that names
 * every faulty setting, what it is for and what it must be; values of secret settings are not shown.
 */
export function readConfig(environment: Environment): Config {
  const reader = settingReader(environment);
  const config = build(reader);
  if (reader.faults.length > 0)
    throw new Error(
      `Larder's settings are not right:\n${reader.faults.map((one) => `- ${one}`).join("\n")}`,
    );
  return config;
}

function build(reader: SettingReader): Config {
  const { read } = reader;
  const registries = read("REGISTRIES") ?? [];
  if (!reader.isGiven("REGISTRIES")) reader.complain("REGISTRIES", "is missing");
  return {
    registries,
    storage: readStorage(reader),
    identity: {
      managed: read("IDENTITY_ENDPOINT") !== undefined,
      clientId: read("AZURE_CLIENT_ID"),
    },
    signInEnabled: read("WEBSITE_AUTH_ENABLED"),
    keyless: read("WEBSITE_AUTH_ENABLED") && read("SIGN_IN_ALONE"),
    arm: { endpoint: read("ARM_ENDPOINT"), pollSeconds: read("ARM_POLL_SECONDS") },
    vaults: { suffixes: read("VAULT_SUFFIXES"), hosts: read("VAULT_HOSTS") ?? [] },
    upstreams: {
      connectTo: read("CONNECT_TO") ?? new Map(),
      timeoutSeconds: read("UPSTREAM_TIMEOUT_SECONDS"),
      maxSockets: read("UPSTREAM_CONNECTIONS"),
    },
    registryData: { maxInFlight: read("REGISTRY_CONNECTIONS"), rates: read("REGISTRY_RATES") },
    rules: readRules(reader),
    refresh: readRefresh(reader),
    rotation: readRotation(reader),
    report: readReport(reader),
    grantVaults: read("GRANT_VAULTS") ?? [],
    eventTopic: read("EVENT_TOPIC"),
  };
}

/** A connection string wins, as it does for the host's queue trigger. */
function readStorage({ read, isGiven, complain }: SettingReader): Config["storage"] {
  const connectionString = read("LarderStorage");
  const tableServiceUri = read("LarderStorage__tableServiceUri") ?? "";
  const queueServiceUri = read("LarderStorage__queueServiceUri") ?? "";
  if (connectionString !== undefined)
    return { kind: "connectionString", connectionString: secret(connectionString) };
  const missing = (
    ["LarderStorage__tableServiceUri", "LarderStorage__queueServiceUri"] as const
  ).filter((name) => !isGiven(name));
  if (!isGiven("LarderStorage"))
    for (const name of missing) complain(name, "is missing, and so is LarderStorage");
  return { kind: "identity", tableServiceUri, queueServiceUri };
}

function readRules(reader: SettingReader): RuleSettings {
  const { read } = reader;
  // Checked for its form though only the host uses it: a wrong one stops the host without a word on why.
  read("RECONCILE_SCHEDULE");
  return {
    policy: readPolicy(reader),
    upstreamCheck: read("UPSTREAM_CHECK"),
    reconcileEverySeconds: read("RECONCILE_EVERY_SECONDS"),
    repairAfterSeconds: read("REPAIR_AFTER_SECONDS"),
    historyDays: read("HISTORY_DAYS"),
  };
}

function readRefresh({ read }: SettingReader): RefreshSettings {
  // For its form, as RECONCILE_SCHEDULE.
  read("SWEEP_SCHEDULE");
  return {
    defaults: {
      everySeconds: read("REFRESH_EVERY"),
      minimumAgeSeconds: read("REFRESH_MINIMUM_AGE"),
      keepSupersededSeconds: read("REFRESH_KEEP_SUPERSEDED"),
      platforms: read("REFRESH_PLATFORMS"),
      strategy: read("REFRESH_STRATEGY"),
    },
    purge: read("REFRESH_PURGE"),
    lagSeconds: read("REFRESH_LAG_SECONDS"),
    reserve: read("REFRESH_PULL_RESERVE") / 100,
    sweepEverySeconds: read("SWEEP_EVERY_SECONDS"),
    messageSeconds: read("REFRESH_MESSAGE_SECONDS"),
  };
}

function readReport({ read }: SettingReader): ReportSettings {
  // For its form, as RECONCILE_SCHEDULE.
  read("REPORT_SCHEDULE");
  return { everySeconds: read("REPORT_EVERY_SECONDS") };
}

function readPolicy({ read }: SettingReader): Policy {
  return {
    allowedSources: read("POLICY_ALLOWED_SOURCES") ?? [],
    deniedSources: read("POLICY_DENIED_SOURCES") ?? [],
    approvalSources: read("POLICY_APPROVAL_SOURCES") ?? [],
    approvalExemptCallers: read("POLICY_APPROVAL_EXEMPT_CALLERS") ?? [],
    namePattern: read("POLICY_RULE_NAME_PATTERN"),
    ownerRequired: read("POLICY_OWNER_REQUIRED"),
    rulesPerOwner: read("POLICY_RULES_PER_OWNER"),
    unhealthyCredentialSet: read("POLICY_UNHEALTHY_CREDENTIAL_SET"),
  };
}

let known: Config | undefined;

/** The configuration of this process, read once. Throws as `readConfig` does. */
export function config(): Config {
  known ??= readConfig(process.env);
  return known;
}

/** Where the command line tools find a running Larder, as the environment says; an empty value counts as absent. */
export function apiAccess(environment: Environment = process.env): {
  readonly api: string | undefined;
  readonly key: string | undefined;
  readonly token: string | undefined;
} {
  const { LARDER_API, LARDER_KEY, LARDER_TOKEN } = environment;
  const given = (text: string | undefined) => text?.trim() || undefined;
  return { api: given(LARDER_API), key: given(LARDER_KEY), token: given(LARDER_TOKEN) };
}
