import { type SecretNames, type Vaults, vaultOf } from "./secret-names.ts";
import type { Found } from "./vault.ts";

/** Values that a person has to give. */
export type Given = "token" | "password" | "seed";

export const variables: Readonly<Record<Given, string>> = {
  token: "DOCKER_TOKEN",
  password: "DOCKER_PASSWORD",
  seed: "DOCKER_TOTP_SEED",
};

/** What a deployment sees when it looks for the account's secrets. */
export interface Situation {
  readonly names: SecretNames;
  readonly found: Readonly<Record<keyof SecretNames, Found>>;
  readonly account: string;
  readonly managed: boolean;
  /** Values that stand in the environment. */
  readonly given: ReadonlySet<Given>;
  /** Whether there is somebody to ask. */
  readonly terminal: boolean;
  /** Their names, for commands. */
  readonly vaults: Vaults<string>;
}

export interface SecretsPlan {
  /** What keeps this from being done; then nothing is written. */
  readonly faults: readonly string[];
  /** In this order. What is there is never written again: it may be newer than what a person remembers. */
  readonly write: readonly (keyof SecretNames)[];
  readonly keep: readonly (keyof SecretNames)[];
}

export function planSecrets(situation: Situation): SecretsPlan {
  const { found, managed, given } = situation;
  // Without two-factor login there is no seed; whether there is one shows when the password is tried.
  const wanted: readonly (keyof SecretNames)[] = [
    "user",
    "token",
    "pending",
    ...(managed ? (["password"] as const) : []),
    ...(managed && given.has("seed") ? (["seed"] as const) : []),
  ];
  return {
    faults: [
      ...wanted.filter((one) => found[one].state === "deleted").map(deleted(situation)),
      ...userFaults(situation),
      ...missing(situation, wanted),
    ],
    write: wanted.filter((one) => found[one].state === "absent"),
    keep: wanted.filter((one) => found[one].state === "there"),
  };
}

function deleted({ names, vaults }: Situation) {
  return (one: keyof SecretNames): string => {
    const az = (verb: string) =>
      `az keyvault secret ${verb} --vault-name ${vaultOf(vaults, one)} --name ${names[one]}`;
    return `The vault's secret ${names[one]} was deleted, and its name is not free yet. Get it back with "${az("recover")}", or, if nobody needs what was in it and the vault allows that, free the name with "${az("purge")}".`;
  };
}

/** A token is taken under its own account's name only. */
function userFaults({ names, found, account, vaults }: Situation): readonly string[] {
  const { user } = found;
  const held = user.state === "there" ? user.value?.reveal().trim() : undefined;
  if (held === undefined || held.toLowerCase() === account) return [];
  return [
    `The vault's secret ${names.user} names the account "${held}", and DOCKER_ACCOUNT is "${account}". Set DOCKER_ACCOUNT back, or, to change accounts, write the new name and a token of that account yourself: az keyvault secret set --vault-name ${vaults.main} --name ${names.user} --value ${account}; az keyvault secret set --vault-name ${vaults.main} --name ${names.token} --file <file>.`,
  ];
}

function missing(
  { names, found, given, terminal }: Situation,
  wanted: readonly (keyof SecretNames)[],
): readonly string[] {
  if (terminal) return [];
  return (["token", "password"] as const)
    .filter((one) => wanted.includes(one) && found[one].state === "absent" && !given.has(one))
    .map(
      (one) =>
        `The vault has no ${names[one]}, and there is no terminal to ask for it. Set ${variables[one]} in the environment of this one run (not with azd env set, which writes it to a file).`,
    );
}
