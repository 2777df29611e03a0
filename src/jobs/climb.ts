import type { ManifestContent } from "../domain/refresh-ports.ts";
import type { Digest, RefreshStep, TagRecord } from "../domain/tag.ts";
import type { TagFacts, TagPlan } from "../domain/tag-plan.ts";
import { climbing, settled } from "../domain/tag-record.ts";
import type { Timestamp } from "../domain/time.ts";
import type { Site } from "./refresh-site.ts";

/** One tag on its way through a worker. Steps change `next`; what it then is gets recorded. */
export interface Climb {
  readonly tag: string;
  readonly facts: TagFacts;
  plan: TagPlan;
  /** What was seen before anything was done. */
  readonly seen: TagRecord;
  /** The record as it is stored. */
  stored: TagRecord | undefined;
  /** The record as it is to be stored; undefined: it is to go. */
  next: TagRecord | undefined;
  /** Set once a step ended in an answer that may already be the end: to be proved. */
  to?: Digest | undefined;
  /** The manifest by tag as the registry itself served it. */
  served?: { readonly digest: Digest; readonly content: ManifestContent } | undefined;
  proof?: {
    readonly digest: Digest;
    readonly platforms: readonly string[];
    readonly at: Timestamp;
  };
}

/** The plan, narrowed. */
export function planned<S extends TagPlan["step"]>(
  climb: Climb,
  step: S,
): Extract<TagPlan, { step: S }> | undefined {
  return climb.plan.step === step ? (climb.plan as Extract<TagPlan, { step: S }>) : undefined;
}

/** The step stays, or becomes this one, and is looked at again. */
export function stay(
  { ports }: Pick<Site, "ports">,
  climb: Climb,
  kind: RefreshStep["kind"],
  to: Digest,
  reason: string,
  delay?: number,
): void {
  const from = climb.facts.listed?.digest;
  const before = climb.facts.record?.step;
  const look = { kind, from, to, reason, delay };
  climb.next = climbing(climb.seen, before, look, ports.ambient.now());
  climb.to = undefined;
}

/** It cannot be pulled at all: told at once, and not only after some looks. */
export function tellAway(climb: Climb): void {
  if (climb.next) climb.next = { ...climb.next, status: "unverified" };
}

/** Not now: answered with that, and taken up again at `dueAt` or with the next pass. */
export function defer(climb: Climb, reason: string, dueAt: Timestamp | undefined): void {
  climb.next = settled(climb.seen, { status: "deferred", reason, dueAt });
  climb.to = undefined;
}

export const noRoom = (until: Timestamp) =>
  `The registry's request limit leaves no room before ${until}.`;

/** Not now, for want of something that will be there soon; the step and whoever waits for it stay. */
export function putOff(climb: Climb, why: string, until: Timestamp): void {
  const { record } = climb.facts;
  const reason = `${climb.seen.reason} ${why}`;
  climb.next = { ...climb.seen, status: "deferred", reason, step: record?.step, dueAt: until };
  climb.to = undefined;
}
