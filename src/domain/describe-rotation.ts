import { daysLeft } from "./judge-live-token.ts";
import { termsOf } from "./judge-rotation-policy.ts";
import { nextAtOf } from "./plan-rotation.ts";
import { isRetiring, type Rotation, type RotationRecord, runningRotation } from "./rotation.ts";
import { plusSeconds, type Timestamp } from "./time.ts";
import { tokenInstructions } from "./token-instructions.ts";

interface Described {
  readonly state: string;
  readonly next: { readonly what: string; readonly at?: Timestamp | undefined };
  readonly toDo: readonly string[];
}

/** Where a set's token stands, in sentences for people: what is, what comes next and when, and what somebody is to do. */
export function describeRotation(record: RotationRecord, now: Timestamp): Described {
  const running = runningRotation(record);
  const retiring = record.rotations.filter(isRetiring);
  const holds = [record, running, ...retiring].flatMap((one) => one?.hold ?? []);
  return {
    state: stateOf(record, running, retiring, now),
    next: running ? nextOfRunning(running) : nextOfQuiet(record, retiring),
    toDo: [
      ...(running?.state === "waiting" ? [tokenInstructions(record)] : []),
      ...holds.filter(({ code }) => !harmless.includes(code)).map(({ message }) => message),
    ],
  };
}

/** Holds that pass by themselves. */
const harmless: readonly string[] = ["NotConfirmedYet", "TokenNeeded"];

const runningStates: Readonly<Record<string, string>> = {
  waiting: "waits for a person's token in the pending secret",
  creating: "is making a new token",
  stored: "is testing the new token, which lies in the pending secret",
  tested: "has tested the new token",
  promoted: "has put the new token into the live secret, and waits until ACR is seen to use it",
  rollingBack: "is putting the old token back",
  discarding: "is taking the new token back, which is not used",
};

function stateOf(
  record: RotationRecord,
  running: Rotation | undefined,
  retiring: readonly Rotation[],
  now: Timestamp,
): string {
  const { live, asked, hold } = record;
  const parts: string[] = [];
  if (!live)
    parts.push(record.lookedAt ? "There is no live token." : "Larder has not looked at it yet.");
  else if (live.works === "no") parts.push("Docker Hub refuses the live token.");
  else {
    const left = daysLeft(live, now);
    const until = left === undefined ? "and nobody knows when it ends" : `and ends in ${left} days`;
    const works =
      live.works === "yes" ? "The live token works" : "The live token could not be tried";
    parts.push(
      left !== undefined && left < 0 ? "The live token has expired." : `${works}, ${until}.`,
    );
  }
  if (running) parts.push(`A rotation ${runningStates[running.state] ?? "is under way"}.`);
  else if (asked) parts.push("A rotation was asked for and begins at once.");
  for (const { oldUuid = "", state } of retiring)
    parts.push(
      state === "disabled"
        ? `The old token ${oldUuid} is disabled.`
        : `The old token ${oldUuid} is still valid.`,
    );
  const stopped = [hold, running?.hold].some((one) => one && !harmless.includes(one.code));
  if (stopped) parts.push("Something keeps it from going on.");
  return parts.join(" ");
}

const nextSteps: Readonly<Record<string, string>> = {
  waiting: "look into the pending secret; a new version there brings it forward",
  creating: "make the new token and write it into the pending secret",
  stored: "test the new token",
  tested: "write the new token into the live secret",
  promoted: "see whether ACR uses the new token",
  rollingBack: "write the old token into the live secret again",
  discarding: "delete the new token",
};

function nextOfRunning({ state, nextAt, hold }: Rotation): Described["next"] {
  const again = hold && !harmless.includes(hold.code) ? "try again: " : "";
  return { what: `${again}${nextSteps[state] ?? "go on"}`, at: nextAt };
}

/** Without a rotation under way: the old token's end, the next renewal, or the daily look, whichever is first. */
function nextOfQuiet(record: RotationRecord, retiring: readonly Rotation[]): Described["next"] {
  const { live, policy, notBefore = "" } = record;
  const [first] = retiring.toSorted((a, b) => (a.nextAt < b.nextAt ? -1 : 1));
  if (first)
    return {
      what:
        first.state === "disabled"
          ? `delete the old token ${first.oldUuid ?? ""}`
          : `disable the old token ${first.oldUuid ?? ""}, if nobody has used it by then`,
      at: retiresAt(record, first),
    };
  if (live?.expiresAt === undefined)
    return { what: "look at the live token", at: nextAtOf(record) };
  const due = plusSeconds(live.expiresAt, -termsOf(policy).renewBeforeSeconds);
  return { what: "renew the token", at: due > notBefore ? due : notBefore };
}

/** When the old token's next state is due by the policy; it is looked at in between. */
function retiresAt({ policy }: RotationRecord, rotation: Rotation): Timestamp {
  const { graceSeconds, retentionSeconds } = termsOf(policy);
  const { state, disabledAt, quietSince, nextAt } = rotation;
  const due =
    state === "disabled"
      ? disabledAt && plusSeconds(disabledAt, retentionSeconds)
      : quietSince && plusSeconds(quietSince, graceSeconds);
  return due !== undefined && due > nextAt ? due : nextAt;
}
