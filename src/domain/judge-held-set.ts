import type { AdoptionItem, AdoptionOutcome, AdoptionWish } from "./adoption.ts";
import { sameName } from "./cache-rule.ts";
import type { CredentialSet } from "./credential-set.ts";
import type { RotationRecord } from "./rotation.ts";
import { dockerIdPattern } from "./rotation-policy.ts";
import type { UnreadableRotation } from "./rotation-ports.ts";
import { sameSecretId } from "./secret-place.ts";
import { isTokenForm } from "./token-marks.ts";

/** What is on record of the renewal of tokens. */
export interface HeldRotations {
  /** Of all served registries. */
  readonly records: readonly RotationRecord[];
  /** Of this registry. */
  readonly unreadable: readonly UnreadableRotation[];
  /** Sets of this registry that are being taken over before this one. */
  readonly taken: readonly CredentialSet[];
}

/** The Docker ID that a user-name secret holds; undefined for anything else, such as a token that was put there by mistake. */
export function accountIn(text: string): string | undefined {
  const account = text.trim().toLowerCase();
  return dockerIdPattern.test(account) && !isTokenForm(account) ? account : undefined;
}

/** Why a credential set is not taken over; undefined: what its secrets hold decides. */
export function judgeHeldSet(
  wish: AdoptionWish,
  registry: string,
  set: CredentialSet,
  { records, unreadable, taken }: HeldRotations,
): AdoptionItem | undefined {
  const tell = (outcome: AdoptionOutcome, message: string) => setItem(set, outcome, message);
  const hidden = unreadable.find(({ name }) => sameName(name, set.name));
  if (hidden) return tell("skipped", hidden.problem.message);
  const own = records.find(
    (one) => sameName(one.registry, registry) && sameName(one.name, set.name),
  );
  if (own) return judgeOwn(wish, own, set);
  if (set.loginServer !== "docker.io")
    return tell(
      "skipped",
      `It is for ${set.loginServer}, and Larder renews tokens of Docker Hub only. Rules can use it all the same.`,
    );
  const others = [
    ...records,
    ...taken.map(({ name, passwordSecretId }) => ({ registry, name, passwordSecretId })),
  ];
  const other = others.find((one) => sameSecretId(one.passwordSecretId, set.passwordSecretId));
  if (!other) return undefined;
  return tell(
    "already",
    `Credential set "${other.name}" of ${other.registry} reads the same token, and its renewal sees to this set, too.`,
  );
}

function judgeOwn(
  { credentialSets }: AdoptionWish,
  { registry, passwordSecretId, policy }: RotationRecord,
  set: CredentialSet,
): AdoptionItem {
  const { mode, account } = policy;
  if (!sameSecretId(passwordSecretId, set.passwordSecretId)) {
    const message = `On record its token lies in ${passwordSecretId}, and ACR reads ${set.passwordSecretId}. To follow ACR, send ${putOf(registry, set, policy)}.`;
    return setItem(set, "differs", message);
  }
  const other =
    credentialSets === mode
      ? ""
      : ` To change that, send ${putOf(registry, set, { mode: credentialSets, account })}.`;
  const does = mode === "assisted" ? "watches" : "renews";
  return setItem(set, "already", `Larder ${does} the token of "${account}".${other}`);
}

/** A credential set, and what is said of it. */
export function setItem(
  { name }: CredentialSet,
  outcome: AdoptionOutcome,
  message: string,
): AdoptionItem {
  return { kind: "credentialSet", name, outcome, message };
}

interface Policy {
  readonly mode: string;
  readonly account: string;
}

/** The request that takes one set over by hand. */
export function putOf(
  registry: string,
  { name }: CredentialSet,
  { mode, account }: Policy,
): string {
  const body = JSON.stringify({ rotation: { mode, account } });
  return `PUT /api/registries/${registry}/credential-sets/${name} ${body}`;
}
