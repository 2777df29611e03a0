import type { CacheRule } from "../domain/cache-rule.ts";
import { type DecidedRule, type Decision, decideCacheRule } from "../domain/decide-cache-rule.ts";
import { isReason, LarderError } from "../domain/errors.ts";
import type { Ports, Stored } from "../domain/ports.ts";
import { activate, begin, entry } from "../domain/rule-lifecycle.ts";
import type { RuleRequest } from "../domain/rule-request.ts";
import { checkUpstream } from "./check-upstream.ts";
import { storedByName } from "./find-rule.ts";
import { type FactPorts, gatherFacts, type LiveView, readLive } from "./gather-facts.ts";
import { notifyWorker, saveRule } from "./save-rule.ts";

export interface RuleOutcome {
  readonly stored: Stored<CacheRule>;
  /** False when it was already so. */
  readonly created: boolean;
}

export type RequestPorts = FactPorts & Pick<Ports, "upstreams" | "vault" | "outbox">;

/** Times a request decides anew when others keep changing the registry under it. */
const maximumTries = 8;

/**
 * Records a request for a rule and tells the worker; ARM is not written here. `invalid`,
 * `forbidden` or `conflict` with every problem found when it is refused; `missing` for a registry
 * that is not served; `unavailable` when ARM or the registry cannot be asked.
 */
export async function requestRule(
  ports: RequestPorts,
  registry: string,
  request: RuleRequest,
  by: string,
  view?: LiveView,
): Promise<RuleOutcome> {
  let upstreamNotes: readonly string[] | undefined;
  let shown = view ?? (await readLive(ports, registry));
  for (let tries = 0; tries < maximumTries; tries += 1) {
    const gathered = await gatherFacts(ports, registry, request, by, shown);
    const decision = decideCacheRule(request, gathered.facts);
    const { kind } = decision;
    if (kind === "refuse") throw refusalError(decision);
    const held = storedByName(gathered.stored, decision.rule.name);
    if (kind === "exists" && held) {
      // No worker has begun: its message may be lost, and a repeat is the moment to mend that.
      if (held.value.status === "requested" && held.value.attempts === 0)
        await notifyWorker(ports, held.value);
      return { stored: held, created: false };
    }
    if (kind === "exists")
      throw new Error(`rule ${decision.rule.name} was decided to exist, yet is not recorded`);
    if (kind === "accept")
      upstreamNotes ??= await checkUpstream(ports, decision.rule, request, shown.credentialSets);
    try {
      const written = writtenFor(
        decision,
        { registry, request, by, now: ports.ambient.now(), id: ports.ambient.newId() },
        upstreamNotes ?? [],
      );
      const stored = await saveRule(
        ports,
        { etag: held?.etag, version: gathered.version },
        written,
      );
      if (stored.value.status === "requested") await notifyWorker(ports, stored.value);
      return { stored, created: kind === "accept" };
    } catch (error) {
      if (!isReason(error, "stale")) throw error;
      shown = await readLive(ports, registry);
    }
  }
  throw new LarderError(
    "unavailable",
    {
      code: "RegistryBusy",
      message: "Too many requests change this registry's rules at once. Try again.",
    },
    { retryAfterSeconds: 2 },
  );
}

/** A refused decision as the error that the API answers. */
export function refusalError(decision: Extract<Decision, { kind: "refuse" }>): LarderError {
  const [first, ...rest] = decision.problems;
  return new LarderError(decision.reason, first, {
    details: rest.length > 0 ? decision.problems : [],
  });
}

interface Asked {
  readonly registry: string;
  readonly request: RuleRequest;
  readonly by: string;
  readonly now: string;
  readonly id: string;
}

function writtenFor(
  decision: Extract<Decision, { kind: "accept" | "adopt" }>,
  asked: Asked,
  upstreamNotes: readonly string[],
) {
  const { by, now, id } = asked;
  const notes = [...decision.notes, ...upstreamNotes];
  const base = recordOf(decision.rule, asked, notes);
  if (decision.kind === "adopt") {
    const { rule, operation } = begin(base, { kind: "createRule", status: "requested", id, now });
    return {
      ...activate(rule, operation, now),
      history: entry(
        rule,
        "adopted",
        by,
        now,
        `Taken over from outside: "${rule.source}" at "${rule.target}".`,
      ),
    };
  }
  const status = decision.approval ? "awaitingApproval" : "requested";
  const { rule, operation } = begin(base, { kind: "createRule", status, id, now });
  return {
    rule,
    operation,
    history: entry(rule, "requested", by, now, `Asked for "${rule.source}" at "${rule.target}".`),
  };
}

function recordOf(
  decided: DecidedRule,
  { registry, request, by, now }: Asked,
  notes: readonly string[],
): CacheRule {
  const { refresh, owner, reason, expiresOn } = request;
  return {
    ...decided,
    registry,
    refresh,
    owner,
    reason,
    expiresOn,
    status: "requested",
    notes,
    requestedBy: by,
    requestedAt: now,
    updatedAt: now,
    operationId: "",
    attempts: 0,
  };
}
