import { type CacheRule, sameCredentialSet } from "../domain/cache-rule.ts";
import { chooseCredentialSet } from "../domain/choose-credential-set.ts";
import { LarderError, type Problem } from "../domain/errors.ts";
import { splitSource } from "../domain/mapping.ts";
import { activate, begin, entry, type Written } from "../domain/rule-lifecycle.ts";
import type { RulePatch, RuleRequest } from "../domain/rule-request.ts";
import { differences } from "../domain/rule-settings.ts";
import { findUpstream } from "../domain/upstream.ts";
import { checkMatch, findRule } from "./find-rule.ts";
import type { RequestPorts, RuleOutcome } from "./request-rule.ts";
import { notifyWorker, saveRule } from "./save-rule.ts";

/**
 * Changes what can be changed of a rule: at once what only Larder knows, by way of the worker the
 * credential set (`created` says whether an operation was started). An unmanaged rule is taken
 * over. `missing`, `conflict` while it cannot be changed, `invalid`, `stale` against If-Match.
 */
export async function changeRule(
  ports: RequestPorts,
  registry: string,
  name: string,
  patch: RulePatch,
  ifMatch: string | undefined,
  by: string,
): Promise<RuleOutcome> {
  const { rule, etag, live } = await findRule(ports, registry, name);
  checkMatch(ifMatch, etag);
  const now = ports.ambient.now();
  if (rule.status === "requested" && etag !== undefined && alreadySo(rule, patch)) {
    await notifyWorker(ports, rule);
    return { stored: { value: rule, etag }, created: true };
  }
  refuseUnlessChangeable(rule, live !== undefined);
  if (typeof patch.expiresOn === "string" && patch.expiresOn <= now) {
    throw new LarderError("invalid", {
      code: "ExpiresInThePast",
      target: "expiresOn",
      message: `expiresOn ${patch.expiresOn} has passed; it is ${now}.`,
    });
  }
  const credentialSet = await credentialSetAfter(ports, rule, patch);
  const changed: CacheRule = {
    ...rule,
    credentialSet,
    refresh: after(patch.refresh, rule.refresh),
    owner: after(patch.owner, rule.owner),
    reason: after(patch.reason, rule.reason),
    expiresOn: after(patch.expiresOn, rule.expiresOn),
    updatedAt: now,
  };
  const history = entry(
    rule,
    "changed",
    by,
    now,
    `Changed ${Object.keys(patch)
      .filter((key) => patch[key as keyof RulePatch] !== undefined)
      .join(", ")}.`,
  );
  const viaArm =
    patch.credentialSet !== undefined &&
    rule.status !== "awaitingApproval" &&
    live?.credentialSet?.toLowerCase() !== credentialSet?.toLowerCase();
  const written = viaArm
    ? begun(changed, ports.ambient.newId(), now)
    : settled(changed, rule.status === "unmanaged", ports.ambient.newId(), now);
  const stored = await saveRule(ports, { etag }, { ...written, history });
  if (viaArm) await notifyWorker(ports, stored.value);
  return { stored, created: viaArm };
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

function begun(rule: CacheRule, id: string, now: string): Written {
  return begin(rule, { kind: "changeRule", status: "requested", id, now });
}

function settled(rule: CacheRule, adopt: boolean, id: string, now: string): Written {
  if (!adopt) return { rule };
  const { rule: begunRule, operation } = begin(rule, {
    kind: "changeRule",
    status: "requested",
    id,
    now,
  });
  return activate(begunRule, operation, now);
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
): Promise<string | undefined> {
  if (patch.credentialSet === undefined) return rule.credentialSet;
  const { host } = splitSource(rule.source);
  if (patch.credentialSet === null) {
    if (findUpstream(host)?.authentication !== "required") return undefined;
    throw invalid({
      code: "CredentialSetRequired",
      target: "credentialSet",
      message: `ACR pulls from ${host} only with credentials: name another set instead of taking this one away.`,
    });
  }
  const choice = chooseCredentialSet(
    patch.credentialSet,
    rule.source,
    await ports.credentialSets.list(rule.registry),
    ports.settings.policy,
  );
  if (!choice.ok) throw invalid(choice.problem);
  return choice.name;
}

function invalid(problem: Problem): LarderError {
  return new LarderError("invalid", problem);
}
