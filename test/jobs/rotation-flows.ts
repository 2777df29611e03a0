import { secret } from "../../src/domain/secret.ts";
import { plusSeconds } from "../../src/domain/time.ts";
import { adoptCredentialSet } from "../../src/jobs/adopt-credential-set.ts";
import { requestRotation } from "../../src/jobs/request-rotation.ts";
import type { FakePorts } from "../fakes/ports.ts";
import { anna } from "./people.ts";
import type { RotationLife } from "./rotation-life.ts";
import {
  account,
  day,
  ids,
  password,
  type RotationStage,
  rotationStage,
} from "./rotation-stage.ts";
import { totpSeed } from "./rotation-watch.ts";

/** One way in which a token comes to be renewed. */
export interface RotationFlow {
  readonly mode: "managed" | "assisted";
  readonly daysLeft: number;
  /** Whether the old token is Larder's to disable and delete. */
  readonly retires: boolean;
  /** Before anything is disturbed. */
  readonly prepare?: (stage: RotationStage) => unknown;
  /** What somebody asks for. */
  readonly ask: (ports: FakePorts) => Promise<unknown>;
  /** What people do as time goes on. */
  readonly people?: (life: RotationLife) => Promise<void>;
  /** On a quiet day, newest first. */
  readonly ended: readonly ("done" | "failed")[];
}

/** Docker's or ACR's trouble with new tokens is over after that, seconds. */
const healed = 2 * day;

const wish = {
  account,
  canary: "library/alpine:latest",
  // So long that no second rotation comes before the end, and as few idle days as may be.
  lifetime: "P365D",
  retention: "P2D",
};
const adopt =
  (mode: "managed" | "assisted", secretIds = {}) =>
  (ports: FakePorts) => {
    const request = { ...secretIds, rotation: { ...wish, mode } };
    return adoptCredentialSet(ports, "contoso", "docker-hub", request, undefined, anna);
  };

export const flows = {
  "adoption of a token near its end": {
    mode: "managed",
    daysLeft: 5,
    retires: true,
    ask: adopt("managed"),
    ended: ["done"],
  },
  "request with force": {
    mode: "managed",
    daysLeft: 300,
    retires: true,
    async prepare({ ports, live }) {
      await adopt("managed")(ports);
      await live(600);
    },
    ask: (ports) => requestRotation(ports, "contoso", "docker-hub", { force: true }, anna),
    ended: ["done"],
  },
  "assisted by a person": {
    mode: "assisted",
    daysLeft: 5,
    retires: false,
    ask: adopt("assisted"),
    people: placeToken,
    ended: ["done"],
  },
  "rolled back while ACR refuses new tokens": {
    mode: "managed",
    daysLeft: 12,
    retires: true,
    prepare: ({ ports }) => refuseNewTokens(ports),
    ask: adopt("managed"),
    ended: ["done", "failed"],
  },
  "discarded while Docker Hub refuses new tokens": {
    mode: "managed",
    daysLeft: 42,
    retires: true,
    prepare: ({ ports }) => refuseYoungTokens(ports),
    ask: adopt("managed"),
    people: acceptNewTokens,
    ended: ["done", "failed", "failed"],
  },
  "a set that does not exist": {
    mode: "managed",
    daysLeft: 5,
    retires: false,
    prepare({ ports }) {
      ports.sets.delete("contoso", "docker-hub");
      ports.shelf.purge(ids.username);
      ports.shelf.purge(ids.live);
    },
    ask: adopt("managed", { usernameSecretId: ids.username, passwordSecretId: ids.live }),
    ended: ["done"],
  },
} as const satisfies Record<string, RotationFlow>;

/** The stage of a flow, with a second factor, and strangers enough for two pages of Docker's. */
export async function openStage(flow: RotationFlow): Promise<RotationStage> {
  const stage = rotationStage({ daysLeft: flow.daysLeft, account: { totpSeed } });
  const { hub, shelf } = stage.ports;
  shelf.seed(ids.password.replace("-password", "-totp-seed"), totpSeed);
  await addStrangers(hub);
  await flow.prepare?.(stage);
  return stage;
}

/** Labels that look like ours, and are another set's or registry's, or nobody's. */
const strangers = [
  "larder contoso/docker-hub-2 mfzwizltovzwk4q2mfzwizlto4",
  "larder fabrikam/docker-hub mfzwizltovzwk4q2mfzwizlto4",
  "larder contoso/docker-hub",
  "larder",
  "Larder contoso/docker-hub mfzwizltovzwk4q2mfzwizlto4",
  ...Array.from({ length: 8 }, (_, index) => `ci ${index}`),
];

async function addStrangers(hub: FakePorts["hub"]): Promise<void> {
  const uuids = strangers.map((label) => hub.addToken(account, { label }).uuid);
  const { accessTokens, logins } = hub;
  const answer = await logins.signIn(account, secret(password), secret(totpSeed));
  if (answer.kind !== "session") throw new Error("nobody could sign in");
  await accessTokens.setActive(answer.session, uuids[1] ?? "", false);
  await accessTokens.setActive(answer.session, uuids[7] ?? "", false);
}

/** ACR calls the set unhealthy with any token but the first, which Docker Hub takes all the same. */
function refuseNewTokens({ sets, hub, shelf, clock }: FakePorts): void {
  const first = shelf.find(ids.live);
  const until = plusSeconds(clock.now(), healed);
  sets.watchHealth((registry, { name }) => {
    const login = sets.credentialsOf(registry, name);
    const liked = login?.password === first || clock.now() >= until;
    return login && liked && hub.use(login.username, login.password)
      ? { status: "Healthy" }
      : { status: "Unhealthy", errorCode: "sim:LoginRefused", errorMessage: "no" };
  });
}

/** Docker Hub takes no token younger than twenty days, which those that are there are not. */
function refuseYoungTokens({ clock, hub }: FakePorts): void {
  clock.advance(30 * day);
  hub.knobs.newTokenDelaySeconds = 20 * day;
}

async function acceptNewTokens({ ports, startedAt }: RotationLife): Promise<void> {
  if (ports.clock.now() >= plusSeconds(startedAt, healed)) ports.hub.knobs.newTokenDelaySeconds = 0;
}

/** A person who is told that a token is needed makes one and puts it into the pending secret. */
async function placeToken({ ports }: RotationLife): Promise<void> {
  const running = ports.rotationTable.find("contoso", "docker-hub")?.rotations[0];
  if (running?.state !== "waiting" || ports.shelf.find(ids.pending) !== undefined) return;
  const expiresAt = plusSeconds(ports.clock.now(), 365 * day);
  const { value } = ports.hub.addToken(account, { label: "by a person", expiresAt });
  ports.shelf.seed(ids.pending, value, { expiresAt });
}
