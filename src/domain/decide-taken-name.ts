import { type CacheRule, isBusy, type LiveRule, sameMapping } from "./cache-rule.ts";
import { conflict, type DecidedRule, type Decision } from "./decision.ts";
import type { RuleRequest } from "./rule-request.ts";
import { differences } from "./rule-settings.ts";

/**
 * A name that is taken settles the matter: it is the same rule, or in the way. Undefined when what
 * had the name failed, was rejected, or is gone from ARM: then the request is judged like a new one.
 */
export function decideTakenName(
  request: RuleRequest,
  asked: DecidedRule,
  record: CacheRule | undefined,
  live: LiveRule | undefined,
): Decision | undefined {
  const held = holder(record, live);
  if (held?.status === "deleting") {
    const end = `when its operation ${held.operationId} has ended`;
    return conflict(
      "RuleBeingDeleted",
      "name",
      `Rule "${held.name}" is being deleted. Ask again ${end}.`,
    );
  }
  const other = [held, live].find((one) => one !== undefined && !sameMapping(one, asked));
  if (other) {
    return conflict(
      "RuleExistsWithOtherMapping",
      "name",
      `Rule "${other.name}" exists and caches "${other.source}" at "${other.target}". ACR cannot change either: take another name, or delete that rule first.`,
    );
  }
  if (held)
    return sameSettings(asked, differences(request, held)) ?? { kind: "exists", rule: held };
  return live && decideLive(request, asked, live);
}

/** The record that holds the name by itself. An unmanaged one says no more than ARM; an active one that ARM lost holds nothing. */
function holder(record: CacheRule | undefined, live: LiveRule | undefined): CacheRule | undefined {
  if (!record || /^(failed|rejected|unmanaged)$/.test(record.status)) return undefined;
  return record.status === "active" && !live ? undefined : record;
}

/** The same mapping is in ARM and not on record as ours: take it over once it is settled there. */
function decideLive(
  request: RuleRequest,
  asked: DecidedRule,
  live: LiveRule,
): Decision | undefined {
  if (isBusy(live)) {
    return conflict(
      "RuleBusy",
      "name",
      `ARM is at work on rule "${live.name}" (${live.provisioningState}). Ask again in a minute.`,
    );
  }
  if (live.provisioningState !== "Succeeded") return undefined;
  const { credentialSet } = live;
  const unlike = differences(
    { source: asked.source, credentialSet: request.credentialSet },
    { credentialSet },
  );
  const notes = ["The rule was in the registry already and was taken over unchanged."];
  return (
    sameSettings(asked, unlike) ?? {
      kind: "adopt",
      rule: { ...asked, name: live.name, credentialSet },
      notes,
    }
  );
}

function sameSettings({ name }: DecidedRule, unlike: readonly string[]): Decision | undefined {
  const [first] = unlike;
  if (first === undefined) return undefined;
  return conflict(
    "RuleExistsWithOtherSettings",
    first,
    `Rule "${name}" exists with another ${unlike.join(", ")}. Change it with PATCH.`,
  );
}
