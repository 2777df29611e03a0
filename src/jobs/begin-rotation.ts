import type { CredentialSet } from "../domain/credential-set.ts";
import { whyDue } from "../domain/judge-live-token.ts";
import {
  type LiveToken,
  pendingSecretId,
  type Rotation,
  type RotationRecord,
  type RotationTrigger,
  runningRotation,
} from "../domain/rotation.ts";
import type { HeldSecret } from "../domain/rotation-ports.ts";
import type { Timestamp } from "../domain/time.ts";
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
  // Nobody knows what the live secret holds: a token that was not named could not be retired later.
  const ended = seen.live?.expiresAt !== undefined && seen.live.expiresAt <= now;
  if (seen.live?.works === "unknown" && !ended) return undefined;
  const { asked } = record;
  const waiting = await waitingToken(site, seen.reading);
  const due = whyDue(record, seen.live, now);
  const reason = asked?.reason ?? due ?? (waiting && "a new token lies in the pending secret");
  if (!asked?.force && due === undefined && !waiting) return asked && dropAsked(record, now);
  if (!asked && !waiting && record.notBefore !== undefined && record.notBefore > now)
    return undefined;
  const healthyBefore = seen.set.health.status === "Healthy";
  const canary = await orProblem(pullCanary(ports, record));
  const rotation: Rotation = {
    ...firstState(record, waiting),
    id: asked?.id ?? `${record.registry.toLowerCase()}-${ports.ambient.newId()}`,
    since: now,
    startedAt: now,
    updatedAt: now,
    nextAt: now,
    trigger: asked?.trigger ?? triggerOf(record),
    by: asked?.by ?? "larder",
    reason,
    healthyBefore,
    canaryBefore: canary === true,
    oldVersion: seen.reading.secret?.version,
    ...(seen.live?.works === "yes" && {
      oldUuid: seen.live.uuid,
      oldExpiresAt: seen.live.expiresAt,
    }),
  };
  return {
    record: { asked: undefined, ...placed(record, rotation) },
    tell: [
      {
        name: "RotationStarted",
        by: rotation.by,
        message: `A rotation began: ${reason}. Operation ${rotation.id}.`,
      },
    ],
  };
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

/** A request that came while another rotation renewed the token. */
function dropAsked(record: RotationRecord, now: Timestamp): Begun {
  const { id, at, trigger, by, reason } = record.asked ?? {
    id: "",
    at: now,
    trigger: "request",
    by: "",
  };
  const failure = {
    code: "RotationNotDue",
    message:
      "When its turn came the token had more left than renewBefore. Ask with force to renew it all the same.",
  };
  const times = { startedAt: at, since: now, updatedAt: now, nextAt: now, endedAt: now };
  const ended: Rotation = { id, state: "failed", trigger, by, reason, failure, ...times };
  return { record: { asked: undefined, ...placed(record, ended) }, tell: [] };
}
