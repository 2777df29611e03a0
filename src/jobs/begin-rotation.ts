import type { CredentialSet } from "../domain/credential-set.ts";
import { cooldownOf, whyDue } from "../domain/judge-live-token.ts";
import {
  type LiveToken,
  pendingSecretId,
  type Rotation,
  type RotationRecord,
  type RotationTrigger,
  runningRotation,
} from "../domain/rotation.ts";
import type { HeldSecret } from "../domain/rotation-ports.ts";
import { plusSeconds, type Timestamp } from "../domain/time.ts";
import { notDue } from "./asked-rotation.ts";
import type { LiveReading } from "./live-token.ts";
import { orProblem } from "./or-problem.ts";
import { pullCanary } from "./pull-canary.ts";
import { placed } from "./rotation-journal.ts";
import type { RotationSite, Told } from "./rotation-site.ts";

interface Seen {
  readonly live: LiveToken | undefined;
  readonly reading: LiveReading;
  readonly set: CredentialSet;
}

type Begun = { readonly record: Partial<RotationRecord>; readonly tell: readonly Told[] };

/** Begins a rotation when one is due, was asked for, or a person's token waits; undefined when nothing begins. */
export async function beginRotation(site: RotationSite, seen: Seen): Promise<Begun | undefined> {
  const { ports, desk } = site;
  const record = desk.record();
  const now = ports.ambient.now();
  if (runningRotation(record)) return undefined;
  const { asked } = record;
  if (isUnknown(seen.live, now)) return undefined;
  const waiting = await waitingToken(site, seen.reading);
  const due = whyDue(record, seen.live, now);
  const reason = asked?.reason ?? due ?? (waiting && "a new token lies in the pending secret");
  if (!asked?.force && due === undefined && !waiting)
    return asked && { record: placed(record, notDue(asked, now)), tell: [] };
  if (!asked && !waiting && isCoolingDown(site, seen.live, now)) return undefined;
  const healthyBefore = seen.set.health.status === "Healthy";
  const canary = await orProblem(pullCanary(ports, record));
  const rotation: Rotation = {
    ...firstState(record, waiting),
    id: asked?.id ?? `${record.registry.toLowerCase()}-${ports.ambient.newId()}`,
    since: now,
    startedAt: asked?.at ?? now,
    updatedAt: now,
    nextAt: now,
    trigger: asked?.trigger ?? triggerOf(record),
    by: asked?.by ?? "larder",
    reason,
    healthyBefore,
    canaryBefore: canary === true,
    oldVersion: seen.reading.secret?.version,
    // Also of one that is refused: were that a mistake, it would be left behind.
    ...(seen.live?.uuid !== undefined && {
      oldUuid: seen.live.uuid,
      oldExpiresAt: seen.live.expiresAt,
    }),
  };
  return {
    record: placed(record, rotation),
    tell: [
      {
        name: "RotationStarted",
        by: rotation.by,
        message: `A rotation began: ${reason}. Operation ${rotation.id}.`,
      },
    ],
  };
}

/** After a rotation that failed; shorter since, when the live token has come nearer to its end. */
function isCoolingDown(
  { ports, desk }: RotationSite,
  live: LiveToken | undefined,
  now: Timestamp,
): boolean {
  const { notBefore, ended } = desk.record();
  const [last] = ended;
  if (notBefore === undefined || notBefore <= now) return false;
  if (last?.state !== "failed" || last.endedAt === undefined) return true;
  const seconds = cooldownOf(live, now, ports.rotationSettings.cooldownSeconds);
  return plusSeconds(last.endedAt, seconds) > now;
}

function firstState(
  { policy }: RotationRecord,
  waiting: HeldSecret | undefined,
): Pick<Rotation, "state" | "pendingVersion"> {
  if (waiting) return { state: "stored", pendingVersion: waiting.version };
  return { state: policy.mode === "managed" ? "creating" : "waiting" };
}

function triggerOf({ hintedAt, lookedAt }: RotationRecord): RotationTrigger {
  if (lookedAt === undefined) return "adoption";
  return hintedAt !== undefined && hintedAt > lookedAt ? "event" : "schedule";
}

/** Assisted: what a person put into the pending secret and no rotation has dealt with yet. */
export async function waitingToken(
  { ports, desk }: RotationSite,
  live: LiveReading,
): Promise<HeldSecret | undefined> {
  const record = desk.record();
  if (record.policy.mode !== "assisted") return undefined;
  const held = await ports.secrets.get(pendingSecretId(record));
  const value = held?.value?.reveal();
  if (!held || value === undefined || value === live.secret?.value?.reveal()) return undefined;
  const spent = [...record.rotations, ...record.ended].some(
    ({ pendingVersion }) => pendingVersion === held.version,
  );
  return spent ? undefined : held;
}

/** Nobody knows what the live secret holds: a token that was not named could not be retired later, so nothing begins. */
export function isUnknown(live: LiveToken | undefined, now: Timestamp): boolean {
  const ended = live?.expiresAt !== undefined && live.expiresAt <= now;
  return live?.works === "unknown" && !ended;
}
