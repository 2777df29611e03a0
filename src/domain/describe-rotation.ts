import { daysLeft, renewBeforeSeconds } from "./judge-live-token.ts";
import { termsOf } from "./judge-rotation-policy.ts";
import { nextAtOf } from "./plan-rotation.ts";
import {
  type Hold,
  isAside,
  type Rotation,
  type RotationRecord,
  runningRotation,
} from "./rotation.ts";
import { daySeconds, plusSeconds, type Timestamp } from "./time.ts";
import { expiryInstructions, revokeInstructions, tokenInstructions } from "./token-instructions.ts";

interface Described {
  readonly state: string;
  readonly next: { readonly what: string; readonly at?: Timestamp | undefined };
  readonly toDo: readonly string[];
}

/** Where a set's token stands, in sentences for people: what is, what comes next and when, and what somebody is to do. */
export function describeRotation(record: RotationRecord, now: Timestamp): Described {
  const running = runningRotation(record);
  const retiring = record.rotations.filter(isAside);
  const holds = [record, running, ...retiring].flatMap((one) => one?.hold ?? []);
  const toDo = [
    ...(running?.state === "waiting" ? [tokenInstructions(record)] : []),
    ...holds.filter(wantsSomebody).map(({ message }) => message),
    ...leftToDo(record, now),
  ];
  return {
    state: stateOf(record, running, retiring, now),
    next: running ? nextOfRunning(running) : nextOfQuiet(record, retiring),
    toDo: [...new Set(toDo)],
  };
}

/** What fails and may pass by itself is nobody's to do; what waits for somebody, or only a person can mend, is. */
function wantsSomebody({ code, tries, blocked }: Hold): boolean {
  return !harmless.includes(code) && (tries === 0 || blocked === true);
}

/** For so long a person is reminded of an old token, of which Larder cannot see whether it was revoked, seconds. */
const reminded = 30 * daySeconds;

/** What Larder cannot do itself, with no rotation under way. */
function leftToDo(record: RotationRecord, now: Timestamp): readonly string[] {
  const { live, policy, ended, rotations } = record;
  const [last] = ended;
  const texts: string[] = [];
  if (live?.works === "yes" && live.expiresAt === undefined && live.kind !== "password")
    texts.push(expiryInstructions(record));
  const { oldUuid, oldExpiresAt = "9", endedAt = "", newKind } = last ?? {};
  const recent = last?.state === "done" && plusSeconds(endedAt || now, reminded) > now;
  if (
    policy.mode === "assisted" &&
    rotations.length === 0 &&
    recent &&
    oldUuid &&
    oldExpiresAt > now
  )
    texts.push(
      `${revokeInstructions(record, oldUuid, newKind)} Larder cannot see whether that is done.`,
    );
  return texts;
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
  else if (asked)
    parts.push(hold ? "A rotation was asked for." : "A rotation was asked for and begins at once.");
  for (const one of retiring) parts.push(stateOfOld(one));
  const stopped = [hold, running?.hold].some((one) => one && !harmless.includes(one.code));
  if (stopped) parts.push("Something keeps it from going on.");
  return parts.filter(Boolean).join(" ");
}

function stateOfOld({ state, oldUuid, newUuid = "" }: Rotation): string {
  const old = oldUuid === undefined ? "" : `The old token ${oldUuid} is still valid.`;
  if (state === "unproved")
    return `ACR was not seen to use token ${newUuid} in time. ${old}`.trim();
  return state === "disabled" ? `The old token ${oldUuid} is disabled.` : old;
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
  const { live, policy, asked, hold, notBefore = "" } = record;
  if (asked)
    return {
      what: `${hold ? "try again: " : ""}begin the rotation that was asked for`,
      at: nextAtOf(record),
    };
  const [first] = retiring.toSorted((a, b) => (a.nextAt < b.nextAt ? -1 : 1));
  if (first)
    return {
      what: endOf(first, policy.mode),
      at: retiresAt(record, first),
    };
  if (live?.expiresAt === undefined)
    return { what: "look at the live token", at: nextAtOf(record) };
  const due = plusSeconds(live.expiresAt, -renewBeforeSeconds(record, live));
  const latest = notBefore < live.expiresAt ? notBefore : live.expiresAt;
  return { what: "renew the token", at: due > latest ? due : latest };
}

/** Assisted, Larder has no session that may revoke anything: it says which token a person is to revoke. */
function endOf({ state, oldUuid }: Rotation, mode: "managed" | "assisted"): string {
  if (state === "unproved") return "see whether ACR uses the new token";
  if (oldUuid === undefined) return "end the rotation: there is no old token to retire";
  if (mode === "assisted")
    return `say that the old token ${oldUuid} is to be revoked, unless something still holds it`;
  return state === "disabled"
    ? `delete the old token ${oldUuid}`
    : `disable the old token ${oldUuid}, if nobody has used it by then`;
}

/** When the old token's next state is due by the policy; it is looked at in between. */
function retiresAt({ policy }: RotationRecord, rotation: Rotation): Timestamp {
  const { graceSeconds, retentionSeconds } = termsOf(policy);
  const { state, disabledAt, quietSince, nextAt } = rotation;
  if (state === "unproved") return nextAt;
  const due =
    state === "disabled" && policy.mode === "managed"
      ? disabledAt && plusSeconds(disabledAt, retentionSeconds)
      : quietSince && plusSeconds(quietSince, graceSeconds);
  return due !== undefined && due > nextAt ? due : nextAt;
}
