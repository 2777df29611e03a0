import { termsOf } from "../../src/domain/judge-rotation-policy.ts";
import { nextAtOf } from "../../src/domain/plan-rotation.ts";
import {
  hasEnded,
  isAside,
  ownerOf,
  pendingSecretId,
  type Rotation,
  type RotationRecord,
} from "../../src/domain/rotation.ts";
import type { Timestamp } from "../../src/domain/time.ts";
import { hour, type Year, type YearSet } from "./rotation-year-world.ts";

/** Every rotation that begins needs a reason, and a set has one at a time. */
export interface BegunWatch {
  written(record: RotationRecord): void;
  /** When a record has something to do, first of all. */
  nextAt(): Timestamp;
}

interface Known {
  readonly states: Map<string, Rotation["state"]>;
  readonly asked: Set<string>;
  /** Versions of the live secret, with the time at which they were first seen, and of pending ones that were used up. */
  readonly spent: Set<string>;
  nextAt: Timestamp;
  failedAt: number;
}

/** What was true when the set was looked at may have changed until the rotation is recorded, milliseconds. */
const moments = 900_000;

export function begunWatch(
  year: Year,
  counts: { begun: number; done: number; failed: number; back: number },
  violate: (message: string) => void,
): BegunWatch {
  const known = new Map<string, Known>();
  return {
    nextAt: () => [...known.values()].map(({ nextAt }) => nextAt).sort()[0] ?? "9",
    written(record) {
      const owner = ownerOf(record);
      const mine = known.get(owner) ?? newKnown();
      known.set(owner, mine);
      const set = year.sets.find((one) => ownerOf(one) === owner);
      const untold = record.unsaid.length + record.unpublished.length > 0;
      mine.nextAt = untold ? "" : nextAtOf(record);
      if (record.asked) mine.asked.add(record.asked.id);
      if (record.notBefore === undefined) mine.failedAt = 0;
      if (record.rotations.filter((one) => !isAside(one) && !hasEnded(one)).length > 1)
        violate(`${owner}: two rotations run at once`);
      for (const rotation of [...record.rotations, ...record.ended]) {
        const before = mine.states.get(rotation.id);
        if (before === rotation.state) continue;
        mine.states.set(rotation.id, rotation.state);
        if (before === undefined && set && rotation.startedAt === rotation.updatedAt) {
          counts.begun += 1;
          const fault = causeFault(year, mine, set, record, rotation);
          if (fault !== undefined) violate(`${owner}: ${fault}`);
        }
        if (rotation.pendingVersion) mine.spent.add(rotation.pendingVersion);
        if (rotation.state === "done") counts.done += 1;
        if (rotation.state === "rollingBack") counts.back += 1;
        if (rotation.state === "failed") {
          counts.failed += 1;
          mine.failedAt = year.ports.clock.milliseconds();
        }
      }
    },
  };
}

const newKnown = (): Known => ({
  states: new Map(),
  asked: new Set(),
  spent: new Set(),
  nextAt: "",
  failedAt: 0,
});

/** Why a rotation should not have begun; undefined: it had a reason. */
function causeFault(
  { ports, killedByHand }: Year,
  mine: Known,
  set: YearSet,
  record: RotationRecord,
  { id, reason, pendingVersion }: Rotation,
): string | undefined {
  if (mine.asked.has(id)) return undefined;
  if (pendingVersion !== undefined)
    return mine.spent.has(pendingVersion)
      ? `a rotation began again for version ${pendingVersion} of ${pendingSecretId(record)}`
      : undefined;
  const now = ports.clock.milliseconds();
  if (mine.failedAt > 0 && now - mine.failedAt < hour * 1000 - moments)
    return `a rotation began ${(now - mine.failedAt) / 1000} s after one failed: ${reason}`;
  const newest = ports.shelf.versions(set.liveId).at(-1);
  if (!newest || now - Date.parse(newest.createdAt) < moments) return undefined;
  const uuid = ports.hub.uuidOf(newest.value) ?? "";
  if (!ports.hub.works(newest.value) || now - (killedByHand.get(uuid) ?? 0) < moments)
    return undefined;
  const token = ports.hub.tokens(set.account.name).find((one) => one.uuid === uuid);
  const ends = [token?.expiresAt, newest.expiresAt].flatMap((at) => (at ? [Date.parse(at)] : []));
  const left = (Math.min(...ends) - now) / 1000;
  const { renewBeforeSeconds } = termsOf(record.policy);
  return left <= renewBeforeSeconds + moments / 1000
    ? undefined
    : `a rotation began (${reason}) though the token has ${left} s left`;
}
