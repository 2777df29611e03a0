import {
  type CacheRule,
  type LiveRule,
  type RuleStatus,
  sameCredentialSet,
  sameMapping,
} from "./cache-rule.ts";
import type { CredentialSet } from "./credential-set.ts";
import type { CredentialSetView } from "./credential-set-view.ts";
import { noted } from "./export-text.ts";
import { sameSecretId } from "./secret-place.ts";

/*
 * What Larder knows and Azure has no property for, as lines of comments. Every value that somebody
 * wrote goes through `noted`.
 */

const waiting: Readonly<Record<RuleStatus, string>> = {
  awaitingApproval: "It waits for an approver",
  requested: "Larder has yet to make it",
  active: "Somebody deleted it outside Larder",
  failed: "Larder could not make it",
  rejected: "An approver rejected it",
  deleting: "Larder is deleting it",
  unmanaged: "Somebody deleted it outside Larder",
};

/** What is said of a rule that ARM has. */
export function ruleNotes(live: LiveRule, record: CacheRule | undefined): readonly string[] {
  const state =
    live.provisioningState === "Succeeded" ? [] : [`ARM's state: ${live.provisioningState}.`];
  if (!record || record.status === "unmanaged") return ["Made outside Larder.", ...state];
  const same = sameMapping(live, record) && sameCredentialSet(live, record);
  return [
    ...request(record),
    ...(record.status === "active" ? [] : [`Status in Larder: ${status(record)}.`]),
    ...(same ? [] : [`Larder's record differs: ${mapping(record)}.`]),
    ...state,
  ];
}

/** What is said of a rule that ARM does not have, or is deleting. */
export function leftOutRule(record: CacheRule, live: LiveRule | undefined): readonly string[] {
  const why = live ? "ARM is deleting it" : "ARM does not have it";
  const code = record.failure ? `: ${noted(record.failure.code)}` : "";
  const further = live && record.status !== "deleting" ? "" : ` ${waiting[record.status]}${code}.`;
  const what = `rule ${noted(record.name)}, ${mapping(record)}`;
  return [
    `Left out, for ${why}: ${what}.${further}`,
    ...request(record).map((line) => `  ${line}`),
  ];
}

/** What is said of a credential set that ARM has. */
export function setNotes(set: CredentialSet, view: CredentialSetView): readonly string[] {
  const { record, unreadable } = view;
  const { status: health, errorCode } = set.health;
  const code = errorCode === undefined ? "" : `: ${noted(errorCode)}`;
  return [
    ...(record ? [`Larder renews its token: ${noted(record.policy)}`] : []),
    ...(unreadable ? ["Larder renews its token, but cannot read what it has recorded of it."] : []),
    ...(record || unreadable ? [] : ["Larder does not renew its token."]),
    ...(record && !sameSecrets(set, record)
      ? [`Larder's record differs: ${secrets(record)}.`]
      : []),
    ...(health === "Unhealthy" ? [`ACR reports it as unhealthy${code}.`] : []),
    ...(set.provisioningState === "Succeeded"
      ? []
      : [`ARM's state: ${noted(set.provisioningState)}.`]),
  ];
}

/** What is said of a credential set of which Larder has a record and ARM has nothing. */
export function leftOutSet({ name, record }: CredentialSetView): readonly string[] {
  const first = `Left out, for ARM does not have it: credential set ${noted(name)}`;
  if (!record) return [`${first}.`];
  return [`${first}, ${secrets(record)}.`, `  Larder renews its token: ${noted(record.policy)}`];
}

function request(record: CacheRule): readonly string[] {
  const { owner, reason, refresh, expiresOn, requestedBy, requestedAt, decidedBy } = record;
  const decided = decidedBy === undefined ? "" : `, decided by ${noted(decidedBy)}`;
  return [
    ...(owner === undefined ? [] : [`Owner: ${noted(owner)}`]),
    ...(reason === undefined ? [] : [`Reason: ${noted(reason)}`]),
    ...(refresh === undefined ? [] : [`Refresh policy: ${noted(refresh)}`]),
    ...(expiresOn === undefined ? [] : [`Expires: ${noted(expiresOn)}`]),
    ...(record.status === "unmanaged"
      ? []
      : [`Requested by ${noted(requestedBy)} at ${noted(requestedAt)}${decided}`]),
  ];
}

function status({ status: word, failure }: CacheRule): string {
  return failure ? `${word}, ${noted(failure.code)}` : word;
}

function mapping({ source, target, credentialSet }: CacheRule): string {
  const set =
    credentialSet === undefined ? "no credential set" : `credential set ${noted(credentialSet)}`;
  return `source ${noted(source)}, target ${noted(target)}, ${set}`;
}

type Secrets = Pick<CredentialSet, "loginServer" | "usernameSecretId" | "passwordSecretId">;

function secrets({ loginServer, usernameSecretId, passwordSecretId }: Secrets): string {
  return `login server ${noted(loginServer)}, secrets ${noted(usernameSecretId)} and ${noted(passwordSecretId)}`;
}

function sameSecrets(a: Secrets, b: Secrets): boolean {
  return (
    a.loginServer === b.loginServer &&
    sameSecretId(a.usernameSecretId, b.usernameSecretId) &&
    sameSecretId(a.passwordSecretId, b.passwordSecretId)
  );
}
