import {
  AzureDeveloperCliCredential,
  ChainedTokenCredential,
  DefaultAzureCredential,
} from "@azure/identity";
import { ask, ifThere } from "../../src/azure/ask.ts";
import type { TrustedVaults } from "../../src/azure/secret-id.ts";
import { secrets } from "../../src/azure/secrets.ts";
import { vaultClients } from "../../src/azure/vault-clients.ts";
import { isReason, LarderError } from "../../src/domain/errors.ts";
import { ownerOf } from "../../src/domain/rotation.ts";
import type { Secret } from "../../src/domain/secret.ts";
import type { Timestamp } from "../../src/domain/time.ts";
import { ownerTag } from "../../src/domain/token-marks.ts";
import { type Patience, persist } from "./patience.ts";
import { refusal } from "./refusal.ts";

/** A secret as a deployment finds it. `value` is absent while its newest version is disabled. */
export type Found =
  | { readonly state: "absent" | "deleted" }
  | { readonly state: "there"; readonly value?: Secret | undefined };

/** The vault, as whoever is signed in to azd (else to another of Azure's tools) may use it. */
export interface HookVault {
  /** First label of its host, for commands. */
  readonly name: string;
  look(secret: string): Promise<Found>;
  write(secret: string, value: Secret, expiresAt: Timestamp | undefined): Promise<void>;
  /** A disabled version: the secret exists and can be given rights on, and Larder finds nothing in it. */
  reserve(
    secret: string,
    owner: { readonly registry: string; readonly name: string },
  ): Promise<void>;
}

export function openVault(url: string, patience: Patience): HookVault {
  const credential = new ChainedTokenCredential(
    new AzureDeveloperCliCredential(),
    new DefaultAzureCredential(),
  );
  const clients = vaultClients(trustIn(url), credential);
  const held = secrets(clients);
  const id = (name: string) => `${url}/secrets/${name}`;
  const isDeleted = async (name: string) => {
    const { client, shown } = clients.secret(id(name));
    const found = ask(`look for a deleted ${shown}`, (abortSignal) =>
      client.getDeletedSecret(name, { abortSignal }),
    );
    // Where access policies give no right to list, writing it tells.
    return (await ifThere(found).catch(unlessForbidden)) !== undefined;
  };
  const look = async (name: string): Promise<Found> => {
    const found = await held.get(id(name));
    if (found) return { state: "there", value: found.value };
    return { state: (await isDeleted(name)) ? "deleted" : "absent" };
  };
  return {
    name: new URL(url).hostname.split(".")[0] ?? "",
    look: (name) => letIn(patience, () => look(name)),
    write: (name, value, expiresAt) =>
      letIn(patience, async () => void (await held.put(id(name), value, { tags: {}, expiresAt }))),
    reserve: (name, owner) =>
      letIn(patience, async () => {
        const { client, shown } = clients.secret(id(name));
        const about = {
          enabled: false,
          contentType: "text/plain",
          tags: { [ownerTag]: ownerOf(owner) },
        };
        await ask(`write ${shown}`, (abortSignal) =>
          client.setSecret(name, "nothing yet", { ...about, abortSignal }),
        );
      }),
  };
}

function unlessForbidden(error: unknown): undefined {
  if (!isReason(error, "lacksRight")) throw error;
}

/** Hosts like the given one. One without a dot stands on this machine, and its challenge names another host. */
function trustIn(url: string): TrustedVaults {
  const { host } = new URL(url);
  const dot = host.indexOf(".");
  return dot < 0 ? { suffixes: [], hosts: [host] } : { suffixes: [host.slice(dot)], hosts: [] };
}

/** As Key Vault words it (learn.microsoft.com, "Azure Key Vault REST API error codes"). */
const firewall =
  /ForbiddenBy(Firewall|Connection)|client address is not authorized|public network access is disabled/i;

/** Whether a refusal may pass: rights that `azd provision` has just given reach the vault minutes later. */
export function hopeOf(error: unknown): string | undefined {
  if (!isReason(error, "lacksRight") || firewall.test(error.problem.message)) return undefined;
  if (error.problem.code === "AuthenticationRequired") return undefined;
  return "The vault does not let you in yet: role assignments take some minutes to arrive. Waiting …";
}

async function letIn<T>(patience: Patience, act: () => Promise<T>): Promise<T> {
  try {
    return await persist(patience, act, hopeOf);
  } catch (error) {
    throw error instanceof LarderError ? refusal(adviceOn(error)) : error;
  }
}

/** The vault's own words, and what to do. */
export function adviceOn({ reason, problem: { code, message } }: LarderError): string {
  if (firewall.test(message))
    return `${message} Its firewall keeps this machine out: name your address (azd env set ALLOWED_ADDRESSES 203.0.113.7/32) and run azd provision, or run this from a machine in the network.`;
  if (code === "CredentialUnavailable" || code === "AuthenticationRequired")
    return `${message} Sign in with "azd auth login", then run "azd up" again.`;
  if (reason === "lacksRight")
    return `${message} You need the role "Key Vault Secrets Officer" on the vault. azd provision gives it to whoever runs it in a vault of its own; have it given to you on an existing one, and run "azd up" again.`;
  return message;
}
