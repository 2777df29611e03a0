import type { RotationFlow } from "./rotation-flow.ts";
import { healAfter, refuseBoth, refuseSecond } from "./rotation-flow-people.ts";
import { adopt, force } from "./rotation-flows.ts";
import { day, type RotationStage } from "./rotation-stage.ts";
import { callUnhealthy } from "./rotation-troubles.ts";

/*
 * A rotation beside another one, of which the old token, or the proof, is still to come.
 */

/** Looks at a token that is not proved come every hour: the trouble is over before the third, seconds. */
const healed = 2 * 3600;
/** A token is judged so soon that there are few looks alike, seconds. */
const settings = { confirmSeconds: 120 };
const forever = 60 * day;

export const besideFlows = {
  "beside an old token's retirement": {
    mode: "managed",
    daysLeft: 5,
    retires: true,
    async prepare({ ports, live }) {
      await adopt("managed")(ports);
      // The old token has an hour left.
      await live(23 * 3600);
    },
    ask: force,
    moves: ["confirmed → quiesced", "disabled → done"],
    ended: ["done", "done"],
  },
  "beside one that is not proved": {
    mode: "managed",
    daysLeft: 12,
    retires: "unless it ends",
    unprovable: healed,
    settings,
    prepare: (stage) => untilUnproved(stage, callAllUnhealthy),
    ask: force,
    people: healAfter(healed),
    moves: ["promoted → unproved", "unproved → confirmed"],
    ended: ["done", "done"],
  },
  "rolled back beside one that is not proved": {
    mode: "managed",
    daysLeft: 12,
    retires: "unless it ends",
    unprovable: healed,
    settings,
    prepare: (stage) => untilUnproved(stage, hideUses),
    ask: force,
    people: refuseSecond(healed),
    moves: ["promoted → rollingBack", "discarding → failed", "unproved → confirmed"],
    ended: ["done", "failed"],
  },
  "rolled back, and the one beside it, too": {
    mode: "managed",
    daysLeft: 12,
    retires: "unless it ends",
    unprovable: healed,
    settings,
    prepare: (stage) => untilUnproved(stage, hideUses),
    ask: force,
    people: refuseBoth(1.5 * day),
    moves: ["unproved → rollingBack", "rollingBack → discarding", "disabled → done"],
    ended: ["done", "failed", "failed"],
  },
  "beside one that is never proved": {
    mode: "managed",
    // It ends before the second rotation begins.
    daysLeft: 1 / 48,
    retires: "unless it ends",
    unprovable: healed,
    settings,
    prepare: (stage) => untilUnproved(stage, callAllUnhealthy),
    ask: force,
    people: healAfter(healed),
    moves: ["unproved → done"],
    ended: ["done", "done"],
  },
} as const satisfies Record<string, RotationFlow>;

/** A rotation whose token nobody has seen used. */
async function untilUnproved(
  stage: RotationStage,
  trouble: (stage: RotationStage) => void,
): Promise<void> {
  trouble(stage);
  await adopt("managed")(stage.ports);
  await stage.live(2400);
}

function callAllUnhealthy({ ports }: RotationStage): void {
  callUnhealthy(ports, forever);
}

/** Docker Hub shows nobody's use of a token. */
function hideUses({ ports }: RotationStage): void {
  ports.hub.knobs.lastUsedLagSeconds = 1000 * day;
}
