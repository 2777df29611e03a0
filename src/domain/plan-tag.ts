import { closedWindow, heldBack, movedTo, pinned } from "./held-back.ts";
import { planUnlisted } from "./plan-unlisted.ts";
import type { Digest, TagRecord } from "./tag.ts";
import type { PlanSettings, TagFacts, TagPlan } from "./tag-plan.ts";
import { daySeconds, plusSeconds, type Timestamp } from "./time.ts";

const proving = "The registry lists what upstream has; that it serves it itself is to be proved.";

/** The next step for a tag on the ladder of DESIGN section 6. Decides on what was seen, and never on what could not be asked. */
export function planTag(facts: TagFacts, settings: PlanSettings): TagPlan {
  const { record, listed, upstream, pin } = facts;
  if (!listed) return planUnlisted(facts, settings);
  if (!settings.matched)
    return { note: {}, step: "forget", reason: "The rule's patterns do not match it." };
  const note = { moved: record?.moved, absentSince: record?.absentSince };
  if (pin) return { note, step: "none", status: "pinned", ...pinned(pin) };
  if (listed.locked) {
    const reason = "It is locked in the registry, which would refuse to move it.";
    return { note, step: "none", status: "locked", reason };
  }
  switch (upstream.kind) {
    case "couldNotAsk":
      return {
        note: { ...note, adoptedEarly: record?.adoptedEarly },
        step: "leave",
        reason: upstream.message,
      };
    case "denied":
    case "badLogin":
      return { note, step: "none", status: "unknown", reason: upstream.message };
    case "absent":
      return planAbsent(record, upstream.message, settings.now);
    case "found":
      return listed.digest === upstream.digest
        ? planEqual(record, listed.digest, settings)
        : planMoved(record, listed.digest, upstream.digest, settings);
  }
}

/** 404 twice, a day apart; never on one answer (facts/docker-hub.md section 3: GHCR). The copy is kept. */
function planAbsent(record: TagRecord | undefined, message: string, now: Timestamp): TagPlan {
  const absentSince = record?.absentSince ?? now;
  const note = { absentSince };
  const believedAt = plusSeconds(absentSince, daySeconds);
  if (now >= believedAt) {
    const reason = `Upstream has had no such tag since ${absentSince}. The cached copy is kept. ${message}`;
    return { note, step: "none", status: "gone", reason };
  }
  const reason = `${message} It is believed only when it is still so on ${believedAt}.`;
  return { note, step: "none", status: "unknown", reason, dueAt: believedAt };
}

function planEqual(record: TagRecord | undefined, digest: Digest, settings: PlanSettings): TagPlan {
  const { policy, onDemand, now } = settings;
  const { moved, step } = record ?? {};
  const early =
    step === undefined &&
    moved?.digest === digest &&
    now < plusSeconds(moved.since, policy.minimumAgeSeconds);
  const before = record?.adoptedEarly?.digest === digest ? record.adoptedEarly : undefined;
  const adoptedEarly = early ? { digest, at: now } : before;
  const note = { adoptedEarly };
  if (step)
    return { note, step: "prove", to: digest, reason: "The registry lists what upstream has." };
  if (onDemand || (record?.refreshes.length ?? 0) > 0)
    return { note, step: "prove", to: digest, reason: proving };
  // What was proved of it stays said.
  if (!early && record?.status === "fresh" && record.cached === digest)
    return { note, step: "none", status: "fresh", reason: record.reason };
  const reason = adoptedEarly
    ? `The registry lists what upstream has. ACR adopted it by itself, seen at ${adoptedEarly.at}, before its cool-off was over: a cool-off cannot stop ACR from following on somebody's pull.`
    : "The registry lists what upstream has.";
  return { note, step: "none", status: "fresh", reason };
}

function planMoved(
  record: TagRecord | undefined,
  from: Digest,
  to: Digest,
  settings: PlanSettings,
): TagPlan {
  const { policy, purge, lagSeconds, now } = settings;
  const moved = movedTo(record, to, now);
  const note = { moved };
  const step = record?.step?.to === to ? record.step : undefined;
  const waiting = step && record?.dueAt !== undefined && now < record.dueAt;
  if (waiting) return { note, step: "leave", reason: record.reason };
  const held = step ? closedWindow(record, moved, settings) : heldBack(moved, settings);
  if (held && step?.kind !== "purging") return { note, step: "none", ...held };
  const purging = step?.kind === "preparing" || step?.kind === "purging";
  if (purge && (purging || policy.strategy === "purge"))
    return { note, step: "purge", from, to, reason: `Upstream moved to ${to}.` };
  const lagged = step?.kind === "touching" && now >= plusSeconds(step.since, lagSeconds);
  return { note, step: "touch", to, last: lagged, reason: `Upstream moved to ${to}.` };
}
