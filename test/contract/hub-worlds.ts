import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { afterAll, beforeAll } from "vitest";
import { dockerHub } from "../../src/docker-hub/docker-hub.ts";
import type { AccessTokens, HubLogins, HubSession } from "../../src/domain/rotation-ports.ts";
import { type Secret, secret } from "../../src/domain/secret.ts";
import type { Timestamp } from "../../src/domain/time.ts";
import { upstreamAgent } from "../../src/oci/agent.ts";
import { virtualClock } from "../fakes/clock.ts";
import { fakeHub } from "../fakes/docker-hub.ts";
import { hubWorld } from "./local-docker-hub-wire.ts";

interface Account {
  readonly username: string;
  readonly password: string;
  readonly totpSeed?: string;
  readonly sso?: boolean;
}

interface Wish {
  readonly label: string;
  readonly scopes?: readonly string[];
  readonly expiresAt?: Timestamp;
}

interface Made {
  readonly uuid: string;
  readonly value: string;
}

/** A Docker Hub with no accounts that a test does not add. */
export interface HubContract {
  readonly logins: HubLogins;
  readonly accessTokens: AccessTokens;
  now(): Timestamp;
  advance(seconds: number): void;
  addAccount(account: Account): void;
  addToken(username: string, wish: Wish): Made;
  /** A token of an organization that is made for it, with `owner` as its owner. */
  addOrgToken(organization: string, owner: Account, label: string): Promise<Made>;
  /** A login at the registry; answers whether it was let in. */
  use(username: string, value: string): boolean;
  set(knobs: {
    maxTokens?: number;
    lastUsedLagSeconds?: number;
    newTokenDelaySeconds?: number;
  }): void;
}

/** The two worlds that a contract is run against; each test has new ones. */
export const hubContracts: readonly {
  readonly name: string;
  readonly make: () => Promise<HubContract & { close(): Promise<void> }>;
}[] = [
  { name: "fake", make: async () => fakeContract() },
  { name: "the wire", make: wireContract },
];

/** A test's world, for `describe.each(hubContracts)`. */
export function started(make: (typeof hubContracts)[number]["make"]) {
  const open: Awaited<ReturnType<typeof make>>[] = [];
  afterAll(async () => void (await Promise.all(open.map((one) => one.close()))));
  return async () => {
    const world = await make();
    open.push(world);
    return world;
  };
}

function fakeContract() {
  const clock = virtualClock();
  const hub = fakeHub(clock);
  return {
    logins: hub.logins,
    accessTokens: hub.accessTokens,
    now: () => clock.now(),
    advance: (seconds: number) => clock.advance(seconds),
    addAccount: (account: Account) => hub.addAccount(account),
    addToken: (username: string, wish: Wish) => hub.addToken(username, wish),
    async addOrgToken(organization: string, _owner: Account, label: string) {
      hub.addOrganization(organization);
      return hub.addOrgToken(organization, { label });
    },
    use: (username: string, value: string) => hub.use(username, value) !== undefined,
    set: (knobs: Partial<typeof hub.knobs>) => void Object.assign(hub.knobs, knobs),
    close: async () => undefined,
  };
}

async function wireContract() {
  const { world, ...adapter } = await hubOnTheWire();
  const { hub, clock } = world;
  return {
    ...adapter,
    advance: (seconds: number) => clock.advance(seconds),
    addAccount: (account: Account) => addAccount(world, account),
    addToken(username: string, wish: Wish) {
      const { uuid, token } = hub.createToken(username, wish);
      return { uuid, value: token };
    },
    async addOrgToken(organization: string, owner: Account, label: string) {
      hub.addOrganization({ name: organization, owners: [owner.username], plan: "team" });
      const session = await world.signIn(owner.username, owner.password);
      const path = `/v2/orgs/${organization}/access-tokens`;
      const made = await world.say("POST", path, { label }, session);
      return { uuid: made.text("id"), value: made.text("token") };
    },
    use: (username: string, value: string) => hub.login(username, value) !== undefined,
    set(knobs: Parameters<HubContract["set"]>[0]) {
      hub.knobs.maxTokens = knobs.maxTokens;
      hub.knobs.lastUsedLag = knobs.lastUsedLagSeconds ?? 0;
      hub.knobs.newTokenDelay = knobs.newTokenDelaySeconds ?? 0;
    },
    close: world.close,
  };
}

type World = Awaited<ReturnType<typeof hubWorld>>;

function addAccount({ hub }: World, { totpSeed, ...account }: Account): void {
  hub.addAccount({ ...account, ...(totpSeed !== undefined && { twoFactorSeed: totpSeed }) });
}

/** The stand-in's Docker Hub with its account "robot" ("pass word"), and the adapter over it, on the stand-in's clock unless told. */
export async function hubOnTheWire(behind: { readonly seconds?: number } = {}) {
  const world = await hubWorld();
  setDefaultCACertificates([...getCACertificates("default"), world.ca]);
  const now = () => new Date(world.clock.now() - (behind.seconds ?? 0) * 1000).toISOString();
  const connectTo = new Map([["hub.docker.com:443", `127.0.0.1:${world.port}`]]);
  const adapter = dockerHub({ agent: upstreamAgent(connectTo, 8), timeoutSeconds: 10, now });
  return { world, ...adapter, now };
}

/** The same, once for all tests of a file. */
export function oneHubOnTheWire(): () => Awaited<ReturnType<typeof hubOnTheWire>> {
  let made: Awaited<ReturnType<typeof hubOnTheWire>> | undefined;
  beforeAll(async () => {
    made = await hubOnTheWire();
  });
  afterAll(() => made?.world.close());
  return () => {
    if (!made) throw new Error("Docker Hub is not there before the tests run");
    return made;
  };
}

/** A session of the account; throws when there is none. */
export async function sessionOf(
  logins: HubLogins,
  account: string,
  password: string,
  seed?: Secret,
): Promise<HubSession> {
  const opened = await logins.signIn(account, secret(password), seed);
  if (opened.kind === "session") return opened.session;
  throw new Error(`${account} is not let in: ${opened.kind}`);
}
