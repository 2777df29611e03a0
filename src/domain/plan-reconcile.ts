import {
  type CacheRule,
  type Drift,
  type LiveRule,
  sameCredentialSet,
  sameMapping,
  sameName,
} from "./cache-rule.ts";
import { secondsBetween, type Timestamp } from "./time.ts";

/** What a reconcile run finds to do about one rule. */
export type Repair =
  /** Its message was lost, or its worker died: send it again. */
  | { readonly kind: "enqueue"; readonly name: string }
  | { readonly kind: "drift"; readonly name: string; readonly drift: Drift }
  | { readonly kind: "driftEnded"; readonly name: string }
  /** ARM has a rule that nobody asked Larder for. */
  | { readonly kind: "discover"; readonly live: LiveRule }
  /** An unmanaged rule is gone again. */
  | { readonly kind: "undiscover"; readonly name: string }
  /** Recorded as failed, yet ARM has it as asked: an answer that came after we gave up. */
  | { readonly kind: "recover"; readonly name: string }
  | { readonly kind: "expire"; readonly name: string };

/**
 * Compares what was recorded with what ARM shows. A rule that waits for its worker and has not moved
 * for `repairAfterSeconds` has lost its message. Pure; order of the lists does not matter.
 */
export function planReconcile(
  records: readonly CacheRule[],
  live: readonly LiveRule[],
  now: Timestamp,
  repairAfterSeconds: number,
): readonly Repair[] {
  const repairs = records.flatMap((record): Repair[] => {
    const shown = live.find((rule) => sameName(rule.name, record.name));
    const repair = repairOf(record, shown, now, repairAfterSeconds);
    return repair ? [repair] : [];
  });
  const unknown = live.filter(
    (rule) => !records.some((record) => sameName(record.name, rule.name)),
  );
  return [...repairs, ...unknown.map((rule): Repair => ({ kind: "discover", live: rule }))];
}

function repairOf(
  record: CacheRule,
  live: LiveRule | undefined,
  now: Timestamp,
  repairAfterSeconds: number,
): Repair | undefined {
  const { name } = record;
  switch (record.status) {
    case "requested":
    case "deleting": {
      const since =
        record.nextAttemptAt !== undefined && record.nextAttemptAt > record.updatedAt
          ? record.nextAttemptAt
          : record.updatedAt;
      return secondsBetween(since, now) > repairAfterSeconds
        ? { kind: "enqueue", name }
        : undefined;
    }
    case "unmanaged":
      if (!live) return { kind: "undiscover", name };
      return sameMapping(record, live) && sameCredentialSet(record, live)
        ? undefined
        : { kind: "discover", live };
    case "failed":
      // A deletion that failed stays failed until somebody decides: ARM having the rule is no news then.
      return record.images === undefined &&
        live?.provisioningState === "Succeeded" &&
        sameMapping(record, live) &&
        sameCredentialSet(record, live)
        ? { kind: "recover", name }
        : undefined;
    case "active":
      // What somebody made anew outside is not ours to delete, however expired the record is.
      if (record.expiresOn !== undefined && record.expiresOn <= now && !isChanged(record, live))
        return { kind: "expire", name };
      return driftRepair(record, live, now);
    case "awaitingApproval":
    case "rejected":
      return undefined;
  }
}

function isChanged(record: CacheRule, live: LiveRule | undefined): boolean {
  return live !== undefined && !sameMapping(record, live);
}

function driftRepair(
  record: CacheRule,
  live: LiveRule | undefined,
  now: Timestamp,
): Repair | undefined {
  const found = driftOf(record, live);
  if (!found) return record.drift ? { kind: "driftEnded", name: record.name } : undefined;
  if (record.drift?.kind === found.kind && record.drift.message === found.message) return undefined;
  return { kind: "drift", name: record.name, drift: { ...found, since: now } };
}

function driftOf(record: CacheRule, live: LiveRule | undefined): Omit<Drift, "since"> | undefined {
  if (!live) {
    return {
      kind: "deleted",
      message:
        "The rule was deleted outside Larder. DELETE it here too, or send its request again to have it back; ACR then takes it only once what it has cached in its target is deleted.",
    };
  }
  if (!sameMapping(record, live)) {
    return {
      kind: "changed",
      message: `In ARM the rule now caches "${live.source}" at "${live.target}": somebody made it anew outside Larder.`,
    };
  }
  if (!sameCredentialSet(record, live)) {
    const shown =
      live.credentialSet === undefined
        ? "no credential set"
        : `credential set "${live.credentialSet}"`;
    return {
      kind: "changed",
      message: `In ARM the rule now uses ${shown}. PATCH credentialSet to say which is meant.`,
    };
  }
  return undefined;
}
