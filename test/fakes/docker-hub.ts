import { LarderError, type Reason } from "../../src/domain/errors.ts";
import type { AccessTokens, HubLogins, HubSession } from "../../src/domain/rotation-ports.ts";
import { secret } from "../../src/domain/secret.ts";
import type { Timestamp } from "../../src/domain/time.ts";
import type { VirtualClock } from "./clock.ts";
import {
  type FakeAccount,
  type FakeDirectory,
  type FakeHubKnobs,
  fakeDirectory,
} from "./docker-hub-directory.ts";
import { fakeLogins, sessionOwner } from "./docker-hub-logins.ts";
import type { FakeToken, HeldToken, NewFakeToken } from "./docker-hub-token.ts";

/** What was done through `accessTokens`, also where it changed nothing. */
interface FakeHubAct {
  readonly kind: "created" | "enabled" | "disabled" | "removed";
  readonly uuid: string;
  readonly label: string;
  readonly at: Timestamp;
}

export interface FakeHub {
  readonly logins: HubLogins;
  readonly accessTokens: AccessTokens;
  readonly knobs: FakeHubKnobs;
  readonly log: readonly FakeHubAct[];
  addAccount(account: FakeAccount): void;
  /** Tokens stay as they are. */
  setPassword(username: string, password: string): void;
  /** A token as if made by hand on the web site. */
  addToken(username: string, wish: NewFakeToken): { readonly uuid: string; readonly value: string };
  addOrganization(name: string): void;
  addOrgToken(
    organization: string,
    wish: NewFakeToken,
  ): { readonly uuid: string; readonly value: string };
  /** Of an account or an organization, newest first. */
  tokens(name: string): readonly FakeToken[];
  /** Also of a token that was deleted. */
  uuidOf(value: string): string | undefined;
  /** Whether Docker Hub takes it now. Counts as no use. */
  works(value: string): boolean;
  /** A login at the registry, with the right user name only; moves `lastUsedAt`. */
  use(
    username: string,
    value: string,
  ):
    | { readonly uuid: string; readonly scopes: readonly string[]; readonly accountId: string }
    | undefined;
}

/** Docker Hub's accounts and tokens in memory; behaves as the stand-in's does over the wire. */
export function fakeHub(clock: VirtualClock): FakeHub {
  const held = fakeDirectory(clock);
  const accounts = new Map<string, FakeAccount>();
  const log: FakeHubAct[] = [];
  const owned = (name: string) => {
    const owner = held.ownerNamed(name);
    if (!owner) throw new Error(`the fake Docker Hub has no "${name}"`);
    return owner;
  };
  const add = (name: string, wish: NewFakeToken) => {
    const { uuid, value } = held.create(owned(name), wish, "person");
    return { uuid, value };
  };
  const put = (account: FakeAccount) => accounts.set(account.username.toLowerCase(), account);
  return {
    logins: fakeLogins(clock, held, accounts),
    accessTokens: fakeAccessTokens(clock, held, log),
    knobs: held.knobs,
    log,
    addAccount(account) {
      put(account);
      held.addOwner(account.username, "personal");
    },
    setPassword(username, password) {
      const account = accounts.get(owned(username).name.toLowerCase());
      if (account) put({ ...account, password });
    },
    addToken: add,
    addOrganization: (name) => void held.addOwner(name, "organization"),
    addOrgToken: (name, wish) => add(name, { scopes: [], ...wish }),
    tokens: (name) => held.tokensOf(owned(name).id).map((one) => held.shown(one)),
    uuidOf: (value) => held.uuidOf(value),
    works: (value) => held.usable(value) !== undefined,
    use(username, value) {
      const token = held.usable(value);
      if (token?.owner.name.toLowerCase() !== username.toLowerCase()) return undefined;
      held.use(token);
      return { uuid: token.uuid, scopes: token.scopes, accountId: token.owner.id };
    },
  };
}

function fakeAccessTokens(
  clock: VirtualClock,
  held: FakeDirectory,
  log: FakeHubAct[],
): AccessTokens {
  const note = (kind: FakeHubAct["kind"], { uuid, label }: HeldToken) =>
    void log.push({ kind, uuid, label, at: clock.now() });
  const manager = ({ bearer }: HubSession): string =>
    sessionOwner(bearer.reveal(), clock.now()) ??
    fail("lacksRight", "DockerHubSessionRefused", "hub.docker.com answered 401.");
  return {
    list: async (session) =>
      held.tokensOf(manager(session)).map((one) => {
        const { madeBy: _, ...token } = held.shown(one);
        return token;
      }),
    async create(session, { label, scope, expiresAt }) {
      const ownerId = manager(session);
      const refusal = refusalOf(held, ownerId, label, expiresAt <= clock.now());
      if (refusal !== undefined) fail("refused", "DockerHubRefused", refusal);
      const owner = held.ownerOf(ownerId);
      const made = held.create(owner, { label, scopes: [scope], expiresAt }, "larder");
      note("created", made);
      return { uuid: made.uuid, value: secret(made.value), expiresAt };
    },
    async setActive(session, uuid, active) {
      const token =
        held.find(manager(session), uuid) ??
        fail("missing", "AccessTokenNotFound", "The account has no such access token.");
      token.active = active;
      note(active ? "enabled" : "disabled", token);
    },
    async remove(session, uuid) {
      const token = held.find(manager(session), uuid);
      if (!token) return;
      held.remove(token);
      note("removed", token);
    },
  };
}

/** Docker Hub's words, invented where no source has them, as the stand-in's. */
function refusalOf(
  held: FakeDirectory,
  ownerId: string,
  label: string,
  isPast: boolean,
): string | undefined {
  const { maxTokens, createRefusal } = held.knobs;
  const full = maxTokens !== undefined && held.tokensOf(ownerId).length >= maxTokens;
  if (label === "" || label.length > 100) return "token_label: must have 1 to 100 characters";
  if (isPast) return "expires_at: must be in the future";
  if (full) return "token_label: maximum number of personal access tokens reached";
  return createRefusal;
}

function fail(reason: Reason, code: string, message: string): never {
  throw new LarderError(reason, { code, message });
}
