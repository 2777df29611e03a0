import { type CacheRule, sameName } from "../domain/cache-rule.ts";
import type { By } from "../domain/caller.ts";
import { decideCacheRule } from "../domain/decide-cache-rule.ts";
import type { Decision } from "../domain/decision.ts";
import { isReason, LarderError, problemsError } from "../domain/errors.ts";
import type { Ports, Stored } from "../domain/ports.ts";
import { recordRequest } from "../domain/record-request.ts";
import type { RuleRequest } from "../domain/rule-request.ts";
import { checkUpstream } from "./check-upstream.ts";
import { conditionNotMet, storedByName } from "./find-rule.ts";
import {
  type FactPorts,
  type Gathered,
  gatherFacts,
  type LiveView,
  readLive,
} from "./gather-facts.ts";
import { notifyWorker, saveRule } from "./save-rule.ts";

export interface RuleOutcome {
  readonly stored: Stored<CacheRule>;
  /** False when it was already so. */
  readonly created: boolean;
}

export type RequestPorts = FactPorts & Pick<Ports, "upstreams" | "vault" | "outbox">;

export interface RequestOptions {
  /** What ARM shows, read already. */
  readonly view?: LiveView | undefined;
  /** Upstream hosts that gave no answer in this batch; they are not asked again. */
  readonly silent?: Map<string, string> | undefined;
  /** What the caller takes for the present state. `stale` when it is another. */
  readonly conditions?:
    | { readonly ifMatch?: string | undefined; readonly mustNotExist: boolean }
    | undefined;
}

/** Times a request decides anew when others keep changing the registry under it. */
const maximumTries = 30;
/** After so many of them ARM is read again as well. */
const triesPerView = 5;

/**
 * Records a request for a rule and tells the worker; ARM is not written here. `invalid`,
 * `forbidden` or `conflict` with every problem found when it is refused; `missing` for a registry
 * that is not served; `stale` against a condition; `unavailable` when ARM or the registry cannot
 * be asked.
 */
export async function requestRule(
  ports: RequestPorts,
  registry: string,
  request: RuleRequest,
  by: By,
  options: RequestOptions = {},
): Promise<RuleOutcome> {
  let notes: readonly string[] | undefined;
  let view = options.view ?? (await readLive(ports, registry));
  for (let tries = 1; tries <= maximumTries; tries += 1) {
    const gathered = await gatherFacts(ports, view.registry, request, by, view);
    const decision = decideCacheRule(request, gathered.facts);
    checkConditions(options.conditions, request, gathered, decision);
    if (decision.kind === "refuse") throw problemsError(decision.reason, decision.problems);
    const held = storedByName(gathered.stored, decision.rule.name);
    if (decision.kind === "exists") return existing(ports, held);
    if (decision.kind === "accept")
      notes ??= await checkUpstream(
        ports,
        decision.rule,
        request,
        view.credentialSets,
        options.silent,
      );
    try {
      return await record(ports, {
        view,
        gathered,
        held,
        request,
        by,
        decision,
        notes: notes ?? [],
      });
    } catch (error) {
      if (!isReason(error, "stale")) throw error;
      await ports.ambient.pause(20 * Math.min(tries, 10));
      if (tries % triesPerView === 0) view = await readLive(ports, registry);
    }
  }
  const message = "Too many requests change this registry's rules at once. Try again.";
  throw new LarderError("unavailable", { code: "RegistryBusy", message }, { retryAfterSeconds: 2 });
}

/** Conditions speak of the rule as the decision saw it; a rule that only ARM has exists, but has no tag to match. */
function checkConditions(
  conditions: RequestOptions["conditions"],
  request: RuleRequest,
  { stored, facts }: Gathered,
  decision: Decision,
): void {
  if (!conditions) return;
  const name = decision.kind === "refuse" ? request.name : decision.rule.name;
  if (name === undefined) return;
  const held = storedByName(stored, name);
  const exists = held !== undefined || facts.live.some((one) => sameName(one.name, name));
  if (conditions.mustNotExist && exists) throw conditionNotMet("If-None-Match");
  const { ifMatch } = conditions;
  if (ifMatch === "*" && exists) return;
  if (ifMatch !== undefined && ifMatch !== held?.etag) throw conditionNotMet("If-Match");
}

async function existing(
  ports: RequestPorts,
  held: Stored<CacheRule> | undefined,
): Promise<RuleOutcome> {
  if (!held) throw new Error("a rule was decided to exist, yet is not recorded");
  // No worker has begun: its message may be lost, and a repeat is the moment to mend that.
  if (held.value.status === "requested" && held.value.attempts === 0)
    await notifyWorker(ports, held.value);
  return { stored: held, created: false };
}

interface Decided {
  readonly view: LiveView;
  readonly gathered: Gathered;
  readonly held: Stored<CacheRule> | undefined;
  readonly request: RuleRequest;
  readonly by: By;
  readonly decision: Extract<Decision, { kind: "accept" | "adopt" }>;
  readonly notes: readonly string[];
}

async function record(ports: RequestPorts, decided: Decided): Promise<RuleOutcome> {
  const { gathered, held, decision } = decided;
  const now = ports.ambient.now();
  const id = ports.ambient.newId();
  const from = { etag: held?.etag, version: gathered.version };
  const written = recordRequest({ ...decided, registry: decided.view.registry, now, id });
  const stored = await saveRule(ports, from, written);
  if (stored.value.status === "requested") await notifyWorker(ports, stored.value);
  return { stored, created: decision.kind === "accept" };
}
