import { type CacheRule, sameCredentialSet, sameName } from "../domain/cache-rule.ts";
import type { By } from "../domain/caller.ts";
import { chooseCredentialSet } from "../domain/choose-credential-set.ts";
import { LarderError, type Problem, problemsError } from "../domain/errors.ts";
import { judgePolicy } from "../domain/judge-policy.ts";
import { splitSource } from "../domain/mapping.ts";
import { countOwned, occupants } from "../domain/occupants.ts";
import { activate, begin, entry, type Written } from "../domain/rule-lifecycle.ts";
import { expiryProblem, type RulePatch, type RuleRequest } from "../domain/rule-request.ts";
import { differences } from "../domain/rule-settings.ts";
import { findUpstream } from "../domain/upstream.ts";
import { checkMatch, findRule, unlessMoved } from "./find-rule.ts";
import type { RequestPorts, RuleOutcome } from "./request-rule.ts";
import { notifyWorker, saveRule } from "./save-rule.ts";

/**
 * Changes what can be changed of a rule: at once what only Larder knows, by way of the worker the
 * credential set (`created` says whether an operation was started). An unmanaged rule is taken
 * over. `missing`, `conflict` while it cannot be changed, `invalid`, `forbidden` by policy, `stale`
 * against If-Match.
 */
export async function changeRule(
  ports: RequestPorts,
  registry: string,
  name: string,
  patch: RulePatch,
  ifMatch: string | undefined,
  by: By,
): Promise<RuleOutcome> {
  return unlessMoved(ports, ifMatch, async () => {
    const { rule, etag, live } = await findRule(ports, registry, name);
    checkMatch(ifMatch, etag);
    if (rule.status === "requested" && etag !== undefined && alreadySo(rule, patch)) {
      await notifyWorker(ports, rule);
      return { stored: { value: rule, etag }, created: true };
    }
    refuseUnlessChangeable(rule, live !== undefined);
    const changed = await changedRule(ports, rule, patch);
    const version = await judgeOwner(ports, rule, changed);
    const differs = !sameCredentialSet(live ?? {}, changed);
    const viaArm =
      patch.credentialSet !== undefined && rule.status !== "awaitingApproval" && differs;
    const now = ports.ambient.now();
    const id = ports.ambient.newId();
    const started = begin(changed, { kind: "changeRule", status: "requested", id, now });
    const written = viaArm ? started : settled(changed, rule, started, now);
    const fields = Object.entries(patch).filter(([, value]) => value !== undefined);
    const message = `Changed ${fields.map(([field]) => field).join(", ")}.`;
    const history = entry(rule, "changed", by.name, now, message);
    const stored = await saveRule(ports, { etag, version }, { ...written, history });
    if (viaArm) await notifyWorker(ports, stored.value);
    return { stored, created: viaArm };
  });
}

async function changedRule(
  ports: RequestPorts,
  rule: CacheRule,
  patch: RulePatch,
): Promise<CacheRule> {
  const now = ports.ambient.now();
  const expired = expiryProblem(patch.expiresOn, now);
  if (expired) throw invalid(expired);
  const choice = await credentialSetAfter(ports, rule, patch);
  return {
    ...rule,
    credentialSet: choice.name,
    notes: [...rule.notes, ...choice.notes.filter((note) => !rule.notes.includes(note))],
    refresh: after(patch.refresh, rule.refresh),
    owner: after(patch.owner, rule.owner),
    reason: after(patch.reason, rule.reason),
    expiresOn: after(patch.expiresOn, rule.expiresOn),
    updatedAt: now,
  };
}

/** A new owner must be one the policy would give the rule to. Answers the version that this holds for; undefined when nothing was judged. */
async function judgeOwner(
  ports: RequestPorts,
  rule: CacheRule,
  changed: CacheRule,
): Promise<string | undefined> {
  if (rule.owner === changed.owner && rule.status !== "unmanaged") return undefined;
  const { version, rules } = await ports.rules.read(rule.registry);
  const records = rules.map(({ value }) => value).filter(({ name }) => !sameName(name, rule.name));
  const ownerRules = countOwned(occupants(records, []), changed.owner);
  const [first, ...others] = judgePolicy({ ...changed, ownerRules }, ports.settings.policy).filter(
    ({ target }) => target === "owner" || rule.status === "unmanaged",
  );
  if (first) throw problemsError("forbidden", [first, ...others]);
  return version;
}

/** Whether the rule on its way already carries everything the patch asks: a repeat of the same request. */
function alreadySo(rule: CacheRule, { credentialSet, ...others }: RulePatch): boolean {
  const given = Object.entries(others).filter(([, value]) => value !== undefined);
  if (given.some(([, value]) => value === null)) return false;
  const asked: RuleRequest = { source: rule.source, ...Object.fromEntries(given) };
  const sameSet =
    credentialSet === undefined ||
    sameCredentialSet(rule, { credentialSet: credentialSet ?? undefined });
  return sameSet && differences(asked, rule).length === 0;
}

function after<T>(given: T | null | undefined, present: T | undefined): T | undefined {
  return given === undefined ? present : (given ?? undefined);
}

/** What only Larder knows is changed by the record alone; a rule that was unmanaged becomes ours with it. */
function settled(changed: CacheRule, before: CacheRule, started: Written, now: string): Written {
  if (before.status !== "unmanaged") return { rule: changed };
  return activate(started.rule, started.operation, now);
}

/** A failed rule that ARM has nevertheless (a change of it failed) can be changed again. */
function refuseUnlessChangeable({ name, status }: CacheRule, inArm: boolean): void {
  if (status === "active" || status === "unmanaged" || status === "awaitingApproval") return;
  if (status === "failed" && inArm) return;
  const remedy: Record<typeof status, string> = {
    requested: "Wait until its operation has ended.",
    deleting: "It is being deleted.",
    failed: "Send its request again, with what should be different.",
    rejected: "Send its request again, with what should be different.",
  };
  throw new LarderError("conflict", {
    code: "RuleNotChangeable",
    target: "name",
    message: `Rule "${name}" is ${status}. ${remedy[status]}`,
  });
}

async function credentialSetAfter(
  ports: RequestPorts,
  rule: CacheRule,
  patch: RulePatch,
): Promise<{ readonly name: string | undefined; readonly notes: readonly string[] }> {
  if (patch.credentialSet === undefined) return { name: rule.credentialSet, notes: [] };
  const { host } = splitSource(rule.source);
  if (patch.credentialSet === null) {
    if (findUpstream(host)?.authentication !== "required") return { name: undefined, notes: [] };
    const message = `ACR pulls from ${host} only with credentials: name another set instead of taking this one away.`;
    throw invalid({ code: "CredentialSetRequired", target: "credentialSet", message });
  }
  const sets = await ports.credentialSets.list(rule.registry);
  const { policy } = ports.settings;
  const choice = chooseCredentialSet(patch.credentialSet, rule.source, sets, policy);
  if (!choice.ok) throw invalid(choice.problem);
  return choice;
}

function invalid(problem: Problem): LarderError {
  return new LarderError("invalid", problem);
}
