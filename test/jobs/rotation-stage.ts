import type { CacheRule } from "../../src/domain/cache-rule.ts";
import type { CredentialSetRequest } from "../../src/domain/credential-set-view.ts";
import type { Login, Upstreams } from "../../src/domain/ports.ts";
import type { Pulls } from "../../src/domain/refresh-ports.ts";
import type { RotationRecord } from "../../src/domain/rotation.ts";
import type { RotationSettings } from "../../src/domain/rotation-ports.ts";
import { plusSeconds } from "../../src/domain/time.ts";
import { adoptCredentialSet } from "../../src/jobs/adopt-credential-set.ts";
import { rotateCredentialSet } from "../../src/jobs/rotate-credential-set.ts";
import { sweepRotations } from "../../src/jobs/sweep-rotations.ts";
import type { FakeHub } from "../fakes/docker-hub.ts";
import type { FakeAccount } from "../fakes/docker-hub-directory.ts";
import { type FakePorts, fakePorts } from "../fakes/ports.ts";
import { anna } from "./people.ts";

/*
 * A registry that signs in at Docker Hub as "larderbot": what ACR, the registry of Docker Hub and Larder's own
 * probes are told depends on whether the fake Docker Hub takes the login that lies in the vault.
 */

export const account = "larderbot";
export const password = "correct horse battery staple";
const vault = "https://contoso.vault.azure.net/secrets";
export const ids = {
  username: `${vault}/docker-hub-username`,
  live: `${vault}/docker-hub-token`,
  pending: `${vault}/docker-hub-token-pending`,
  password: `${vault}/docker-hub-${account}-password`,
} as const;

export const day = 86_400;

export interface RotationStage {
  readonly ports: FakePorts;
  /** Of the token that the live secret held in the beginning. */
  readonly oldUuid: string;
  readonly adopt: (
    rotation?: Partial<NonNullable<CredentialSetRequest["rotation"]>>,
  ) => Promise<void>;
  /** Plays the platform: messages as they become visible, the sweep every hour. Answers the workers' lines. */
  readonly live: (seconds: number) => Promise<readonly string[]>;
  readonly record: () => RotationRecord;
  /** Of the token that the live secret holds. */
  readonly liveUuid: () => string | undefined;
  /** Names of what was told, in order. */
  readonly told: () => readonly string[];
}

interface Options {
  readonly settings?: Partial<RotationSettings>;
  /** Days that the first token has left. */
  readonly daysLeft?: number;
  /** How the account differs from one with nothing but a password. */
  readonly account?: Partial<FakeAccount>;
  /** "contoso" alone when absent. */
  readonly registries?: readonly string[];
}

export function rotationStage(options: Options = {}): RotationStage {
  const { settings, daysLeft = 5, registries = ["contoso"] } = options;
  const ports: FakePorts = fakePorts({
    registries,
    rotationSettings: settings ?? {},
    upstreams: dockerHubHeads(() => ports),
    pulls: pullsBy(() => ports),
    pausesTakeTime: true,
  });
  const { hub, shelf, clock } = ports;
  hub.addAccount({ username: account, password, ...options.account });
  const expiresAt = plusSeconds(clock.now(), daysLeft * day);
  const old = hub.addToken(account, { label: "made by hand", scopes: ["repo:read"], expiresAt });
  shelf.seed(ids.username, account);
  shelf.seed(ids.live, old.value, { expiresAt });
  shelf.seed(ids.password, password);
  signsInAtHub(ports);
  ports.table.seed(libraryRule);
  return {
    ports,
    oldUuid: old.uuid,
    async adopt(rotation) {
      const wish = {
        mode: "managed",
        account,
        canary: "library/alpine:latest",
        ...rotation,
      } as const;
      await adoptCredentialSet(ports, "contoso", "docker-hub", { rotation: wish }, undefined, anna);
    },
    live: (seconds) => play(ports, seconds),
    record: () => recordOf(ports),
    liveUuid: () => hub.uuidOf(shelf.find(ids.live) ?? ""),
    told: () => ports.news.told.map(({ name }) => name),
  };
}

/** ACR's health of the sets is what Docker Hub says to their logins. */
function signsInAtHub({ sets, hub }: Pick<FakePorts, "sets" | "hub">): void {
  sets.put("contoso", { name: "docker-hub" });
  sets.watchHealth((registry, { name }) => {
    const login = sets.credentialsOf(registry, name);
    const taken = login && hub.use(login.username, login.password);
    return taken
      ? { status: "Healthy" }
      : {
          status: "Unhealthy",
          errorCode: "sim:LoginRefused",
          errorMessage: "authentication failed",
        };
  });
}

function recordOf(ports: FakePorts): RotationRecord {
  const found = ports.rotationTable.find("contoso", "docker-hub");
  if (!found) throw new Error("the set was not adopted");
  return found;
}

const libraryRule: CacheRule = {
  name: "library",
  registry: "contoso",
  source: "docker.io/library/*",
  target: "library/*",
  credentialSet: "docker-hub",
  status: "active",
  notes: [],
  requestedBy: "anna",
  requestedAt: "2026-11-01T00:00:00.000Z",
  updatedAt: "2026-11-01T00:00:00.000Z",
  operationId: "",
  attempts: 0,
};

/** HEADs of Docker Hub's registry, with the login they are made with; "private/…" wants one. */
function dockerHubHeads(ports: () => FakePorts): Partial<Upstreams> {
  const digest = `sha256:${"a".repeat(64)}`;
  return {
    async head(_upstream, repository, _tag, login) {
      const used = login && use(ports().hub, login);
      if (login && !used) return { kind: "badLogin", message: "docker.io turned down the login." };
      if (repository.startsWith("private/") && !used?.scopes.includes("repo:read"))
        return { kind: "denied", message: "docker.io answered 401." };
      const source = used?.accountId ?? "203.0.113.7";
      return { kind: "found", digest, rate: { kind: "unlimited", account: source } };
    },
  };
}

const use = (hub: FakeHub, { username, password: value }: Login) =>
  hub.use(username.reveal(), value.reveal());

/** Pulls through the registry: what it holds comes in any case, the rest while Docker Hub takes what ACR signs in with. */
function pullsBy(ports: () => FakePorts): Pulls {
  const get: Pulls["get"] = async (registry, _repository, reference) => {
    if (reference === "latest") return held;
    const { sets, hub } = ports();
    const login = sets.credentialsOf(registry, "docker-hub");
    return login && hub.use(login.username, login.password) ? absentUpstream : refusedUpstream;
  };
  return { get, head: get };
}

const held = { kind: "answered", digest: `sha256:${"a".repeat(64)}`, fromUpstream: false } as const;
const absentUpstream = { kind: "absent", message: "manifest unknown" } as const;
const refusedUpstream = { kind: "couldNotAsk", message: "The registry answered 424." } as const;

/** Time goes from one message to the next; a message whose worker fails comes again half a minute later. */
async function play(ports: FakePorts, seconds: number): Promise<readonly string[]> {
  const end = plusSeconds(ports.clock.now(), seconds);
  const lines: string[] = [];
  let sweepAt = ports.clock.now();
  for (;;) {
    for (const message of ports.rotationQueue.take())
      lines.push(await rotateCredentialSet(ports, message));
    const waiting = ports.rotationQueue.waiting().map(({ visibleAt }) => visibleAt);
    const next = [...waiting, sweepAt].sort()[0] ?? end;
    if (next > end) break;
    if (next > ports.clock.now())
      ports.clock.advance((Date.parse(next) - ports.clock.milliseconds()) / 1000);
    if (sweepAt <= ports.clock.now()) {
      await sweepRotations(ports);
      sweepAt = plusSeconds(ports.clock.now(), 3600);
    }
  }
  ports.clock.advance((Date.parse(end) - ports.clock.milliseconds()) / 1000);
  return lines;
}
