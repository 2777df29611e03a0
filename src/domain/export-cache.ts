import type { CacheRule, LiveRule, Mapping } from "./cache-rule.ts";
import { type CredentialSet, setByName } from "./credential-set.ts";
import type { CredentialSetView } from "./credential-set-view.ts";
import { leftOutRule, leftOutSet, ruleNotes, setNotes } from "./export-notes.ts";
import { byName } from "./export-text.ts";
import { grantCommands } from "./grant-commands.ts";
import type { VaultModel } from "./rotation-ports.ts";
import { secretPlace } from "./secret-place.ts";

/** Everything that ARM and Larder have of a registry's artifact cache. */
export interface FoundCache {
  readonly registry: string;
  /** Its ARM id, in ARM's own spelling: "/subscriptions/…/resourceGroups/…/registries/…". */
  readonly id: string;
  readonly rules: readonly {
    /** As Larder shows it; "unmanaged" when only ARM has it. */
    readonly rule: CacheRule;
    readonly live?: LiveRule | undefined;
  }[];
  readonly sets: readonly {
    readonly view: CredentialSetView;
    /** Of the vaults of its user name and its password. */
    readonly models: readonly VaultModel[];
  }[];
}

export interface ExportedRule extends Mapping {
  readonly name: string;
  /** Name of its credential set, spelled as in `sets` if it is one of them. */
  readonly credentialSet?: string | undefined;
  readonly notes: readonly string[];
}

/** That a set's own identity reads a secret of a vault with roles. */
export interface ExportedGrant {
  readonly vault: string;
  readonly secret: string;
}

export interface ExportedSet
  extends Pick<CredentialSet, "name" | "loginServer" | "usernameSecretId" | "passwordSecretId"> {
  readonly notes: readonly string[];
  readonly grants: readonly ExportedGrant[];
  /** The same for a person with a shell, as lines; all there is for a vault with access policies. Empty where it cannot be said. */
  readonly byHand: readonly string[];
}

/** What a secret is told from others by, and a grant. */
export const secretKey = ({ vault, secret }: ExportedGrant) => `${vault}/${secret}`;
export const grantKey = (set: ExportedSet, grant: ExportedGrant) =>
  `${set.name}/${secretKey(grant)}`;

/** A registry's artifact cache as ARM has it, with Larder's knowledge as notes. All lists by name. */
export interface ExportedCache {
  readonly registry: string;
  readonly id: string;
  readonly sets: readonly ExportedSet[];
  readonly rules: readonly ExportedRule[];
  /** Lines on each rule and set that Larder knows of and the export leaves out. */
  readonly leftOut: readonly (readonly string[])[];
}

/** What is written down, whatever the language: what ARM has now, not what Larder wishes. */
export function exportedCache({ registry, id, rules, sets }: FoundCache): ExportedCache {
  const held = sets.flatMap(({ view }) => view.set ?? []);
  const ordered = rules.toSorted((a, b) => byName(a.rule.name, b.rule.name));
  const orderedSets = sets.toSorted((a, b) => byName(a.view.name, b.view.name));
  const stays = (live: LiveRule | undefined) => live && live.provisioningState !== "Deleting";
  return {
    registry,
    id,
    sets: orderedSets.flatMap((one) => (one.view.set ? exportedSet(one.view.set, one) : [])),
    rules: ordered.flatMap(({ rule, live }) =>
      live && stays(live) ? exportedRule(live, rule, held) : [],
    ),
    leftOut: [
      ...orderedSets.flatMap(({ view }) => (view.set ? [] : [leftOutSet(view)])),
      ...ordered
        // A rule that Larder never had and ARM no longer has is nothing.
        .filter(({ rule, live }) => !stays(live) && (live || rule.status !== "unmanaged"))
        .map(({ rule, live }) => leftOutRule(rule, live)),
    ],
  };
}

function exportedRule(
  live: LiveRule,
  record: CacheRule,
  sets: readonly CredentialSet[],
): ExportedRule {
  const { name, source, target, credentialSet } = live;
  const set = credentialSet === undefined ? undefined : setByName(sets, credentialSet);
  return {
    name,
    source,
    target,
    credentialSet: set?.name ?? credentialSet,
    notes: ruleNotes(live, record),
  };
}

function exportedSet(
  set: CredentialSet,
  { view, models }: FoundCache["sets"][number],
): ExportedSet {
  const { name, loginServer, usernameSecretId, passwordSecretId } = set;
  const grants = new Map<string, ExportedGrant>();
  for (const [index, secretId] of [usernameSecretId, passwordSecretId].entries()) {
    const place = vaultSecret(secretId);
    if (place && models[index] !== "accessPolicies") grants.set(secretKey(place), place);
  }
  return {
    name,
    loginServer,
    usernameSecretId,
    passwordSecretId,
    notes: setNotes(set, view),
    grants: [...grants.values()],
    byHand: byHand(grantCommands(set, models)),
  };
}

function byHand(commands: readonly string[]): readonly string[] {
  if (commands.length === 0) return [];
  const lines = commands.flatMap((entry) => entry.split("\n"));
  return [
    "What lets the identity that the set has now read its secrets, wherever the vault is:",
    ...lines.map((line) => `  ${line}`),
  ];
}

/** Undefined where the host does not tell the vault's name: a single label, or one with a port. */
function vaultSecret(secretId: string): ExportedGrant | undefined {
  const { host, vault, secret } = secretPlace(secretId) ?? {};
  if (host === undefined || vault === undefined || secret === undefined) return undefined;
  return host.includes(".") && !host.includes(":") ? { vault, secret } : undefined;
}
