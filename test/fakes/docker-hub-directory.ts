import type { VirtualClock } from "./clock.ts";
import {
  type FakeToken,
  type HeldToken,
  idOf,
  isUsable,
  type NewFakeToken,
  type Owner,
  shown,
  valueOf,
} from "./docker-hub-token.ts";

export interface FakeAccount {
  readonly username: string;
  readonly password: string;
  /** Base32; two-factor login is on. */
  readonly totpSeed?: string | undefined;
  /** Its organization enforces single sign-on: the password is refused everywhere. */
  readonly sso?: boolean | undefined;
}

/** What Docker Hub does that no source settles; may be changed at any time. */
export interface FakeHubKnobs {
  /** Tokens an account may have, inactive ones included; undefined: no limit. */
  maxTokens: number | undefined;
  /** Seconds until a use shows in `lastUsedAt`. */
  lastUsedLagSeconds: number;
  /** Seconds until a new token is accepted. */
  newTokenDelaySeconds: number;
  /** Docker Hub's words to every wish for a new token; undefined: it is granted. */
  createRefusal: string | undefined;
}

export interface FakeDirectory {
  readonly knobs: FakeHubKnobs;
  addOwner(name: string, kind: Owner["kind"]): Owner;
  ownerNamed(name: string): Owner | undefined;
  /** Throws for an id that was never given. */
  ownerOf(id: string): Owner;
  create(owner: Owner, wish: NewFakeToken, madeBy: FakeToken["madeBy"]): HeldToken;
  /** Newest first. */
  tokensOf(ownerId: string): readonly HeldToken[];
  find(ownerId: string, uuid: string): HeldToken | undefined;
  remove(token: HeldToken): void;
  /** The token with this value, if it is active, not expired and not too new. */
  usable(value: string): HeldToken | undefined;
  use(token: HeldToken): void;
  uuidOf(value: string): string | undefined;
  shown(token: HeldToken): FakeToken;
}

/** Owners and tokens. Ids and values are the same in every run. */
export function fakeDirectory(clock: VirtualClock): FakeDirectory {
  const knobs: FakeHubKnobs = {
    maxTokens: undefined,
    lastUsedLagSeconds: 0,
    newTokenDelaySeconds: 0,
    createRefusal: undefined,
  };
  const owners = new Map<string, Owner>();
  const byValue = new Map<string, HeldToken>();
  const byOwner = new Map<string, HeldToken[]>();
  const uuids = new Map<string, string>();
  const of = (ownerId: string) => byOwner.get(ownerId) ?? [];
  const lastUse = ({ uses }: HeldToken) =>
    uses.findLast((at) => at + knobs.lastUsedLagSeconds * 1000 <= clock.milliseconds());
  return {
    knobs,
    addOwner(name, kind) {
      const made: Owner = { id: idOf("0a", owners.size + 1), name, kind };
      owners.set(name.toLowerCase(), made);
      return made;
    },
    ownerNamed: (name) => owners.get(name.toLowerCase()),
    ownerOf(id) {
      const found = [...owners.values()].find((one) => one.id === id);
      if (!found) throw new Error(`the fake Docker Hub has no account ${id}`);
      return found;
    },
    create(owner, { label, scopes = ["repo:read"], expiresAt }, madeBy) {
      const number = uuids.size + 1;
      const made: HeldToken = {
        uuid: idOf("7e", number),
        owner,
        value: valueOf(owner.kind, number),
        label,
        scopes,
        createdAt: clock.milliseconds(),
        expiresAt: expiresAt === undefined ? undefined : Date.parse(expiresAt),
        madeBy,
        active: true,
        uses: [],
      };
      uuids.set(made.value, made.uuid);
      byValue.set(made.value, made);
      byOwner.set(owner.id, [made, ...of(owner.id)]);
      return made;
    },
    tokensOf: of,
    find: (ownerId, uuid) => of(ownerId).find((one) => one.uuid === uuid),
    remove(token) {
      byValue.delete(token.value);
      byOwner.set(
        token.owner.id,
        of(token.owner.id).filter((one) => one !== token),
      );
    },
    usable(value) {
      const found = byValue.get(value);
      return found && isUsable(found, clock.milliseconds(), knobs.newTokenDelaySeconds)
        ? found
        : undefined;
    },
    use(token) {
      const visible = lastUse(token) ?? 0;
      token.uses = [...token.uses.filter((at) => at >= visible), clock.milliseconds()];
    },
    uuidOf: (value) => uuids.get(value),
    shown: (token) => shown(token, lastUse(token)),
  };
}
