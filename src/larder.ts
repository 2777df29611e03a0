import { randomBytes } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import {
  DefaultAzureCredential,
  ManagedIdentityCredential,
  type TokenCredential,
} from "@azure/identity";
import { announcer } from "./azure/announcer.ts";
import { connectArm } from "./azure/arm.ts";
import { budgetTable } from "./azure/budget-table.ts";
import { cache } from "./azure/cache.ts";
import { cacheRuleWriter } from "./azure/cache-rule-writer.ts";
import { cacheRules } from "./azure/cache-rules.ts";
import { credentialSetWriter } from "./azure/credential-set-writer.ts";
import { credentialSets } from "./azure/credential-sets.ts";
import { grants } from "./azure/grants.ts";
import { heartbeatTable } from "./azure/heartbeat-table.ts";
import { historyTable } from "./azure/history-table.ts";
import { operationTable } from "./azure/operation-table.ts";
import { outbox } from "./azure/outbox.ts";
import { queueCounts } from "./azure/queue-counts.ts";
import { refreshTable } from "./azure/refresh-table.ts";
import { registries } from "./azure/registries.ts";
import { registryLogin } from "./azure/registry-login.ts";
import { registryTokens } from "./azure/registry-tokens.ts";
import { repositories } from "./azure/repositories.ts";
import { rotationTable } from "./azure/rotation-table.ts";
import { ruleTable } from "./azure/rule-table.ts";
import { secrets } from "./azure/secrets.ts";
import { signals } from "./azure/signals.ts";
import { tagTable } from "./azure/tag-table.ts";
import { throttle } from "./azure/throttle.ts";
import { vault } from "./azure/vault.ts";
import { vaultClients } from "./azure/vault-clients.ts";
import { type Config, config } from "./config.ts";
import { dockerHub } from "./docker-hub/docker-hub.ts";
import { LarderError } from "./domain/errors.ts";
import type { WriteLine } from "./domain/log-line.ts";
import type { Ambient, Ports } from "./domain/ports.ts";
import { refreshWorkQueue, rotationWorkQueue, ruleWorkQueue } from "./domain/queue-names.ts";
import { upstreamAgent } from "./oci/agent.ts";
import { registryPulls } from "./oci/registry-pulls.ts";
import { upstreamRegistries } from "./oci/upstream-registries.ts";

/** All ports over the real services, and what the triggers need besides. */
export interface Larder extends Ports {
  /** Whether Entra sign-in stands in front, so that its caller header can be believed. */
  readonly signInEnabled: boolean;
  /** Whether calls then need no function key besides. */
  readonly keyless: boolean;
}

/** How long the worker waits for ARM to finish one change, seconds; recorded ones took about ten. */
const armPatienceSeconds = 60;
/** How long a registry has for one manifest, seconds; it may have to fetch it from upstream first. */
const pullSeconds = 30;

let made: Larder | undefined;

/**
 * Larder of this process, made on the first call from its settings; with settings of their own,
 * another one. Sends nothing yet. `unavailable` `NotConfigured` when a setting is wrong: its cause
 * names each, for the log, while whoever calls learns no more than that.
 */
export function larder(given?: Config): Larder {
  if (given) return compose(given);
  made ??= compose(ownConfig());
  return made;
}

function ownConfig(): Config {
  try {
    return config();
  } catch (cause) {
    const message = "The settings of this deployment are not right. Its log names each faulty one.";
    throw new LarderError("unavailable", { code: "NotConfigured", message }, { cause });
  }
}

function compose(settings: Config): Larder {
  const credential = credentialOf(settings.identity);
  const storage =
    settings.storage.kind === "identity" ? { ...settings.storage, credential } : settings.storage;
  const { endpoint, pollSeconds } = settings.arm;
  const arm = connectArm({ registries: settings.registries, credential, endpoint });
  const served = registries(arm);
  const tokens = registryTokens(credential);
  const budgets = budgetTable(storage);
  const { maxInFlight, ...rates } = settings.registryData;
  const polling = { pollSeconds, patienceSeconds: armPatienceSeconds };
  const vaults = vaultClients(settings.vaults, credential);
  return {
    registries: served,
    rules: ruleTable(storage),
    operations: operationTable(storage),
    history: historyTable(storage),
    heartbeats: heartbeatTable(storage),
    outbox: outbox(storage, ruleWorkQueue),
    refreshOutbox: outbox(storage, refreshWorkQueue),
    cacheRules: cacheRules(arm),
    cacheRuleWriter: cacheRuleWriter(arm, polling),
    credentialSets: credentialSets(arm),
    repositories: repositories(served, credential),
    upstreams: upstreamRegistries(settings.upstreams),
    vault: vault(vaults),
    tags: tagTable(storage),
    refreshes: refreshTable(storage),
    budgets,
    throttle: throttle(budgets, (registry) => served.tier(registry), rates),
    cache: cache(served, tokens, { maxInFlight }),
    pulls: registryPulls({
      loginServer: (registry) => served.loginServer(registry),
      login: registryLogin(served, tokens),
      timeoutSeconds: pullSeconds,
      maxSockets: maxInFlight,
    }),
    rotations: rotationTable(storage),
    rotationOutbox: outbox(storage, rotationWorkQueue),
    secrets: secrets(vaults),
    ...hubPorts(settings),
    credentialSetWriter: credentialSetWriter(arm, polling),
    grants: grants({
      credential,
      endpoint,
      vaults: settings.grantVaults,
      trusted: settings.vaults,
    }),
    announcer: announcer({
      topic: settings.eventTopic,
      credential,
      write: writeLine,
    }),
    signals: signals(writeLine),
    queues: queueCounts(storage),
    ambient,
    settings: settings.rules,
    refreshSettings: settings.refresh,
    rotationSettings: settings.rotation,
    reportSettings: settings.report,
    signInEnabled: settings.signInEnabled,
    keyless: settings.keyless,
  };
}

const writeLine: WriteLine = (level, line) => console[level](line);

/** Connections to Docker Hub's API at once: its calls are few, and one after the other. */
const hubConnections = 4;

function hubPorts({ upstreams }: Config): Pick<Ports, "hubLogins" | "accessTokens"> {
  const { connectTo, timeoutSeconds } = upstreams;
  const agent = upstreamAgent(connectTo, hubConnections);
  const { logins, accessTokens } = dockerHub({ agent, timeoutSeconds, now: () => ambient.now() });
  return { hubLogins: logins, accessTokens };
}

/** The app's own identity where the platform gives one, else whoever is logged in on this machine. */
function credentialOf({ managed, clientId }: Config["identity"]): TokenCredential {
  if (!managed) return new DefaultAzureCredential();
  return clientId === undefined
    ? new ManagedIdentityCredential()
    : new ManagedIdentityCredential({ clientId });
}

const letters = "abcdefghijklmnopqrstuvwxyz234567";

const ambient: Ambient = {
  now: () => new Date().toISOString(),
  newId: () => Array.from(randomBytes(26), (byte) => letters[byte % 32]).join(""),
  pause: (milliseconds) => setTimeout(milliseconds * (0.5 + Math.random() / 2)),
};
