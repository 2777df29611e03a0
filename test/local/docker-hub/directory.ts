import { randomUUID } from "node:crypto";
import type { Clock } from "../clock.ts";
import type { Knobs } from "./knobs.ts";
import { hashOf, isUsable, type NewToken, newToken, type Token, use } from "./token.ts";

export interface NewAccount {
  readonly username: string;
  readonly password: string;
  readonly plan?: "personal" | "paid";
  /** Base32; two-factor login is on. */
  readonly twoFactorSeed?: string;
  /** Its organization enforces single sign-on: the password is refused everywhere. */
  readonly sso?: boolean;
}

export interface HubAccount extends NewAccount {
  readonly id: string;
  readonly plan: "personal" | "paid";
}

export interface Organization {
  readonly id: string;
  readonly name: string;
  /** User names of its owners. */
  readonly owners: readonly string[];
  readonly plan: "team" | "business";
}

/** Accounts, organizations and tokens, with no wire in sight. */
export interface Directory {
  addAccount(account: NewAccount): HubAccount;
  addOrganization(organization: Omit<Organization, "id">): Organization;
  accountNamed(username: string): HubAccount | undefined;
  accountOf(id: string): HubAccount | undefined;
  organizationNamed(name: string): Organization | undefined;
  create(wish: NewToken): { readonly token: Token; readonly value: string };
  /** Newest first. */
  tokensOf(ownerId: string): readonly Token[];
  find(ownerId: string, uuid: string): Token | undefined;
  remove(token: Token): void;
  /** The token with this value, if it is active, not expired and not too new. */
  usable(value: string): Token | undefined;
  /** Moves the token's `last_used`, after the lag. */
  use(token: Token): void;
  all(): readonly Token[];
}

export function directory(clock: Clock, knobs: Knobs): Directory {
  const accounts = new Map<string, HubAccount>();
  const organizations = new Map<string, Organization>();
  const tokens = new Map<string, Token>();
  return {
    addAccount(account) {
      const made: HubAccount = { plan: "personal", ...account, id: randomUUID() };
      accounts.set(account.username.toLowerCase(), made);
      return made;
    },
    addOrganization(organization) {
      const made = { ...organization, id: randomUUID() };
      organizations.set(organization.name.toLowerCase(), made);
      return made;
    },
    accountNamed: (username) => accounts.get(username.toLowerCase()),
    accountOf: (id) => [...accounts.values()].find((one) => one.id === id),
    organizationNamed: (name) => organizations.get(name.toLowerCase()),
    create(wish) {
      const made = newToken(wish, clock.now());
      tokens.set(made.token.uuid, made.token);
      return made;
    },
    tokensOf: (ownerId) => [...tokens.values()].filter((one) => one.ownerId === ownerId).reverse(),
    find(ownerId, uuid) {
      const found = tokens.get(uuid);
      return found?.ownerId === ownerId ? found : undefined;
    },
    remove: (token) => void tokens.delete(token.uuid),
    usable(value) {
      const hash = hashOf(value);
      const found = [...tokens.values()].find((one) => one.hash === hash);
      return found && isUsable(found, clock.now(), knobs.newTokenDelay) ? found : undefined;
    },
    use: (token) => use(token, clock.now(), knobs.lastUsedLag),
    all: () => [...tokens.values()],
  };
}
