import type { CredentialSet } from "../../src/domain/credential-set.ts";
import type { VirtualClock } from "./clock.ts";
import type { SecretShelf } from "./secret-shelf.ts";

/** A credential set as ARM keeps it. */
export type BareSet = Omit<CredentialSet, "health">;
type Health = CredentialSet["health"];

export interface SetLogin {
  readonly username: string;
  readonly password: string;
}

/**
 * ACR's own eye on the secrets of credential sets. It logs in with what it last read; when it reads
 * again by itself nobody knows (facts/acr.md section 1), so that is a mode.
 */
export interface SetReader {
  /** Reads both secrets now; with one of them unreadable it holds nothing. */
  read(registry: string, set: BareSet): void;
  /** What it would log in with now. Holding nothing, or what is too old, it reads first. */
  login(registry: string, set: BareSet): SetLogin | undefined;
  /** Without a watch a set whose secrets are not there is `unwatched`. */
  health(registry: string, set: BareSet, unwatched?: Health): Health;
  /** Lets an identity read secrets. */
  grant(principalId: string, secretIds: readonly string[]): void;
  /** Tells the health of sets that may read their secrets, instead of whether the secrets are there. */
  watchHealth(healthOf: (registry: string, set: BareSet) => Health): void;
  /** Seconds after which it reads again by itself; undefined, as at first: never. */
  rereadAfter(seconds: number | undefined): void;
}

export function setReader(shelf: SecretShelf, clock: VirtualClock): SetReader {
  const held = new Map<string, SetLogin & { readonly at: number }>();
  const granted = new Set<string>();
  let patience = Number.POSITIVE_INFINITY;
  let healthOf: Parameters<SetReader["watchHealth"]>[0] | undefined;
  const may = ({ principalId = "", usernameSecretId, passwordSecretId }: BareSet) =>
    [usernameSecretId, passwordSecretId].every((id) => granted.has(rightKey(principalId, id)));
  const read = (registry: string, set: BareSet) => {
    const username = may(set) ? shelf.find(set.usernameSecretId) : undefined;
    const password = may(set) ? shelf.find(set.passwordSecretId) : undefined;
    const at = clock.milliseconds();
    held.delete(keyOf(registry, set));
    if (username !== undefined && password !== undefined)
      held.set(keyOf(registry, set), { username, password, at });
  };
  const login = (registry: string, set: BareSet) => {
    const at = held.get(keyOf(registry, set))?.at;
    if (at === undefined || clock.milliseconds() - at >= patience) read(registry, set);
    const found = held.get(keyOf(registry, set));
    return found && { username: found.username, password: found.password };
  };
  return {
    read,
    login,
    health(registry, set, unwatched = notFound) {
      if (!may(set)) return forbidden;
      if (healthOf) return healthOf(registry, set);
      return login(registry, set) ? { status: "Healthy" } : unwatched;
    },
    grant(principalId, secretIds) {
      for (const id of secretIds) granted.add(rightKey(principalId, id));
    },
    watchHealth: (given) => {
      healthOf = given;
    },
    rereadAfter: (seconds) => {
      patience = seconds === undefined ? Number.POSITIVE_INFINITY : seconds * 1000;
    },
  };
}

const keyOf = (registry: string, { name }: BareSet) => `${registry}/${name}`.toLowerCase();
const rightKey = (principalId: string, secretId: string) =>
  `${principalId} ${secretId}`.toLowerCase();

/** As recorded (facts/acr.md section 1), shortened. */
const forbidden: Health = {
  status: "Unhealthy",
  errorCode: "Forbidden",
  errorMessage: "The application does not have secrets get permission on the key vault.",
};

/** Key Vault's own code; that ACR passes it on is inferred. */
const notFound: Health = {
  status: "Unhealthy",
  errorCode: "SecretNotFound",
  errorMessage: "A secret was not found in the key vault.",
};
