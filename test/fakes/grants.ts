import type { Grants } from "../../src/domain/rotation-ports.ts";

type Outcome = Awaited<ReturnType<Grants["grant"]>>;

export interface FakeGrants extends Grants {
  /** What every grant comes to from now on; "granted" at first. "notOurs": the vault has roles, which may not be assigned. */
  answer(outcome: Outcome): void;
  /** Secrets of this host are "notOurs" from now on, and nothing is known of their vault. */
  disown(host: string): void;
  /** Whether a grant let the identity read the secret. */
  mayRead(principalId: string, secretId: string): boolean;
}

/** `onGrant` hears of each identity and secret that is granted, repeats included. */
export function fakeGrants(
  options: { readonly onGrant?: (principalId: string, secretId: string) => void } = {},
): FakeGrants {
  const given = new Set<string>();
  const foreign = new Set<string>();
  let outcome: Outcome = "granted";
  const key = (principalId: string, secretId: string) => `${principalId} ${secretId}`.toLowerCase();
  const isForeign = (secretId: string) => foreign.has(new URL(secretId).host);
  return {
    answer(next) {
      outcome = next;
    },
    disown: (host) => void foreign.add(host),
    mayRead: (principalId, secretId) => given.has(key(principalId, secretId)),
    async grant(principalId, secretIds) {
      if (secretIds.some(isForeign)) return "notOurs";
      if (outcome !== "granted") return outcome;
      for (const id of secretIds) {
        given.add(key(principalId, id));
        options.onGrant?.(principalId, id);
      }
      return "granted";
    },
    async model(secretIds) {
      const model = outcome === "accessPolicies" ? "accessPolicies" : "roles";
      return secretIds.map((id) => (isForeign(id) ? "unknown" : model));
    },
  };
}
