import { adoptCredentialSet } from "../../src/jobs/adopt-credential-set.ts";
import { requestRotation } from "../../src/jobs/request-rotation.ts";
import type { FakePorts } from "../fakes/ports.ts";
import { anna } from "./people.ts";
import type { RotationFlow } from "./rotation-flow.ts";
import { healAfter, placeToken } from "./rotation-flow-people.ts";
import { account, day, ids } from "./rotation-stage.ts";
import { refuseNewTokens } from "./rotation-troubles.ts";

/** Docker's or ACR's trouble with new tokens is over after that, seconds. */
const healed = 2 * day;
/** Docker Hub shows after that who used a token, seconds; looks at one that is not proved come every hour. */
const seen = 2 * 3600;
/** A token is judged so soon that there are few looks alike, seconds. */
const settings = { confirmSeconds: 120 };

const wish = {
  account,
  canary: "library/alpine:latest",
  // So long that no second rotation comes before the end, and as few idle days as may be.
  lifetime: "P365D",
  retention: "P2D",
};
export const adopt =
  (mode: "managed" | "assisted", secretIds = {}, user: string = account) =>
  (ports: FakePorts) => {
    const request = { ...secretIds, rotation: { ...wish, account: user, mode } };
    return adoptCredentialSet(ports, "contoso", "docker-hub", request, undefined, anna);
  };
export const force = (ports: FakePorts) =>
  requestRotation(ports, "contoso", "docker-hub", { force: true, reason: "stolen" }, anna);

export const flows = {
  "adoption of a token near its end": {
    mode: "managed",
    daysLeft: 5,
    retires: true,
    ask: adopt("managed"),
    moves: ["promoted → confirmed", "disabled → done"],
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
    ask: force,
    moves: ["promoted → confirmed", "disabled → done"],
    ended: ["done"],
  },
  "assisted by a person": {
    mode: "assisted",
    daysLeft: 5,
    retires: false,
    ask: adopt("assisted"),
    people: placeToken,
    moves: ["waiting → stored", "confirmed → done"],
    ended: ["done"],
  },
  "rolled back while ACR refuses new tokens": {
    mode: "managed",
    daysLeft: 12,
    retires: true,
    unprovable: healed,
    settings,
    prepare: ({ ports }) => refuseNewTokens(ports, healed),
    ask: adopt("managed"),
    moves: ["promoted → rollingBack", "rollingBack → discarding"],
    ended: ["done", "failed"],
  },
  "discarded while Docker Hub refuses new tokens": {
    mode: "managed",
    daysLeft: 42,
    retires: true,
    unprovable: day,
    prepare: ({ ports }) => refuseYoungTokens(ports),
    ask: adopt("managed"),
    people: healAfter(day),
    moves: ["stored → discarding", "discarding → failed"],
    ended: ["done", "failed"],
  },
  "a token that is seen late": {
    mode: "managed",
    daysLeft: 12,
    retires: true,
    unprovable: seen,
    settings,
    prepare({ ports }) {
      ports.hub.knobs.lastUsedLagSeconds = 1000 * day;
    },
    ask: adopt("managed"),
    people: healAfter(seen),
    moves: ["promoted → unproved", "unproved → confirmed"],
    ended: ["done"],
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
    moves: ["confirmed → done"],
    ended: ["done"],
  },
} as const satisfies Record<string, RotationFlow>;

/** Docker Hub takes no token younger than twenty days, which those that are there are not. */
function refuseYoungTokens({ clock, hub }: FakePorts): void {
  clock.advance(30 * day);
  hub.knobs.newTokenDelaySeconds = 20 * day;
}
