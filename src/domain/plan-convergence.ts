import {
  type CacheRule,
  type Failure,
  isBusy,
  type LiveRule,
  sameCredentialSet,
  sameMapping,
} from "./cache-rule.ts";
import { secondsBetween, type Timestamp } from "./time.ts";

/** The one next step that brings ARM closer to what a record asks. */
export type Step =
  | { readonly kind: "nothing"; readonly why: string }
  | { readonly kind: "wait"; readonly seconds: number; readonly why: string }
  | { readonly kind: "create" }
  | { readonly kind: "changeCredentialSet" }
  | { readonly kind: "activate" }
  | { readonly kind: "remove" }
  /** ARM no longer has it: see to the images, then drop the record. */
  | { readonly kind: "forget" }
  /** ARM has another rule by that name now, which nobody asked to delete: drop the record alone. */
  | { readonly kind: "abandon" }
  | { readonly kind: "fail"; readonly failure: Failure };

/** Seconds after its operation began at which a rule that only ever waits is given up. */
const patienceSeconds = 7200;

/** Whether a rule has waited so long that somebody should be told instead. */
export function isOverdue(record: CacheRule, now: Timestamp): boolean {
  return secondsBetween(record.begunAt ?? record.requestedAt, now) > patienceSeconds;
}

/** Seconds until ARM is looked at again while it works on a rule by itself. */
const busySeconds = 5;

/** Why nothing is to be done about a record now, whatever ARM shows; undefined when it is due. */
export function whyNotNow(
  record: CacheRule,
  now: Timestamp,
): Extract<Step, { kind: "nothing" | "wait" }> | undefined {
  if (record.status !== "requested" && record.status !== "deleting") {
    return { kind: "nothing", why: `the rule is ${record.status}` };
  }
  if (record.nextAttemptAt === undefined || record.nextAttemptAt <= now) return undefined;
  const seconds = Math.ceil(secondsBetween(now, record.nextAttemptAt));
  return { kind: "wait", seconds, why: "ARM asked to wait" };
}

/** Decides the next step from the record and what ARM shows now (undefined: ARM has no such rule). */
export function planConvergence(
  record: CacheRule,
  live: LiveRule | undefined,
  now: Timestamp,
): Step {
  const notNow = whyNotNow(record, now);
  if (notNow) return notNow;
  if (live && isBusy(live))
    return { kind: "wait", seconds: busySeconds, why: `ARM says ${live.provisioningState}` };
  if (record.status === "deleting") return planDeletion(record, live, now);
  if (!live) return { kind: "create" };
  if (!sameMapping(record, live)) return { kind: "fail", failure: otherMapping(live) };
  if (live.provisioningState !== "Succeeded") return { kind: "create" };
  if (!sameCredentialSet(record, live)) return { kind: "changeCredentialSet" };
  return { kind: "activate" };
}

function planDeletion(record: CacheRule, live: LiveRule | undefined, now: Timestamp): Step {
  if (live) return { kind: sameMapping(record, live) ? "remove" : "abandon" };
  const { unsettledUntil } = record;
  if (unsettledUntil === undefined || unsettledUntil <= now) return { kind: "forget" };
  const seconds = Math.ceil(secondsBetween(now, unsettledUntil));
  return { kind: "wait", seconds, why: "a worker may still be creating it" };
}

function otherMapping(live: LiveRule): Failure {
  return {
    code: "RuleExistsWithOtherMapping",
    target: "name",
    message: `Somebody created rule "${live.name}" outside Larder meanwhile; it caches "${live.source}" at "${live.target}".`,
    remedy: "Ask for the rule under another name, or delete that one first.",
  };
}

/**
 * Seconds to wait after failed try number `attempt` (from 1): what the far end asked, but an hour at
 * most and no less than a short back-off, so that "0" does not spin; else doubling from 2 s to 5 min.
 */
export function retryDelay(attempt: number, retryAfterSeconds: number | undefined): number {
  const doubled = 2 ** Math.min(attempt, 20);
  if (retryAfterSeconds === undefined) return Math.min(300, doubled);
  return Math.min(3600, Math.max(retryAfterSeconds, Math.min(30, doubled)));
}
