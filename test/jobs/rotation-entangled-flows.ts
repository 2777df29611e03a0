import type { RotationFlow } from "./rotation-flow.ts";
import { disableFirst, placeToken, writeLive } from "./rotation-flow-people.ts";
import { adopt } from "./rotation-flows.ts";
import { day } from "./rotation-stage.ts";
import { callUnhealthy, missFirstToken, refuseNewTokens } from "./rotation-troubles.ts";

/*
 * A rotation that meets with somebody else's hand, or with an ACR that does worse than it should.
 */

/** Looks at a token that is not proved come every hour: the trouble is over before the third, seconds. */
const healed = 2 * 3600;
/** A token is judged so soon that there are few looks alike, seconds. */
const settings = { confirmSeconds: 120 };
const forever = 60 * day;

export const entangledFlows = {
  "an old token that ACR turns out to need": {
    mode: "managed",
    daysLeft: 12,
    retires: true,
    prepare: ({ ports }) => missFirstToken(ports, 2 * day),
    ask: adopt("managed"),
    moves: ["disabled → confirmed", "disabled → done"],
    ended: ["done"],
  },
  "no way back, while ACR refuses the new token": {
    mode: "managed",
    daysLeft: 12,
    retires: true,
    unprovable: healed,
    settings,
    prepare: ({ ports }) => refuseNewTokens(ports, healed),
    ask: adopt("managed"),
    people: disableFirst,
    moves: ["rollingBack → promoted", "promoted → unproved", "unproved → confirmed"],
    ended: ["done"],
  },
  "a live secret that a person writes under way": {
    mode: "managed",
    daysLeft: 12,
    retires: false,
    settings,
    prepare: ({ ports }) => refuseNewTokens(ports, forever),
    ask: adopt("managed"),
    people: writeLive("promoted"),
    moves: ["promoted → discarding"],
    ended: ["done", "failed"],
  },
  "a live secret that a person writes while nothing is proved": {
    mode: "managed",
    daysLeft: 12,
    // Where the daily look comes first, a rotation for theirs begins, and proves all that came before it.
    retires: "perhaps",
    settings,
    prepare: ({ ports }) => callUnhealthy(ports, forever),
    ask: adopt("managed"),
    people: writeLive("unproved"),
    moves: ["unproved → discarding"],
    ended: ["done", "failed"],
  },
  "an organization's token by a person": {
    mode: "assisted",
    daysLeft: 5,
    retires: false,
    organization: "contosoorg",
    ask: adopt("assisted", {}, "contosoorg"),
    people: placeToken,
    moves: ["waiting → stored", "confirmed → done"],
    ended: ["done"],
  },
} as const satisfies Record<string, RotationFlow>;
