import {
  type AdoptionItem,
  type AdoptionOutcome,
  type AdoptionWish,
  ruleItem,
} from "./adoption.ts";
import { type CacheRule, type LiveRule, sameMapping } from "./cache-rule.ts";
import { decideTakenName } from "./decide-taken-name.ts";
import type { DecidedRule, Decision } from "./decision.ts";
import { judgeHeldRule } from "./judge-held-rule.ts";
import { judgePolicy } from "./judge-policy.ts";
import { normaliseMapping } from "./normalise-mapping.ts";
import { occupants } from "./occupants.ts";
import type { Policy } from "./policy.ts";
import type { RuleRequest } from "./rule-request.ts";

/** The rules of a registry as ARM and as Larder have them. */
export interface Estate {
  readonly loginServer: string;
  readonly live: readonly LiveRule[];
  readonly records: readonly CacheRule[];
  readonly policy: Policy;
}

/** What a rule's taking over comes to; with `take`: what is then recorded, as a PUT of the same would have it. */
export interface RuleAdoption {
  readonly item: AdoptionItem;
  readonly take?:
    | {
        readonly request: RuleRequest;
        readonly decision: Extract<Decision, { kind: "adopt" }>;
      }
    | undefined;
}

/**
 * Plans the taking over of a registry's rules, by name. Each is judged as though those before it had been
 * taken over, so that carrying the plan out step by step comes to the same. Pure; the order of the
 * lists does not matter.
 */
export function planAdoption(wish: AdoptionWish, estate: Estate): readonly RuleAdoption[] {
  const records = new Map(estate.records.map((one) => [one.name.toLowerCase(), one]));
  const live = new Map(estate.live.map((one) => [one.name.toLowerCase(), one]));
  const owned = ownedBy(wish.owner, estate);
  const plan: RuleAdoption[] = [];
  for (const key of keysOf(wish, records, live)) {
    const shown = live.get(key);
    const record = records.get(key);
    if (!shown) {
      const item = record && judgeHeldRule(record, undefined);
      if (item) plan.push({ item });
      continue;
    }
    owned.delete(key);
    const step = stepOf(wish, estate, shown, record, owned.size);
    const own = step.take ? wish.owner : record?.owner;
    if (wish.owner !== undefined && own?.toLowerCase() === wish.owner.toLowerCase()) owned.add(key);
    plan.push(step);
  }
  return [...plan, ...unknown(wish, plan)];
}

/** The keys of all rules that the wish names, in order. */
function keysOf(
  { rules }: AdoptionWish,
  records: ReadonlyMap<string, CacheRule>,
  live: ReadonlyMap<string, LiveRule>,
): readonly string[] {
  const wanted = rules && new Set(rules.map((name) => name.toLowerCase()));
  const keys = new Set([...records.keys(), ...live.keys()]);
  return [...keys].filter((key) => !wanted || wanted.has(key)).sort();
}

/** The keys of the rules that an owner has already, as a quota counts them (occupants). */
function ownedBy(owner: string | undefined, { records, live }: Estate): Set<string> {
  if (owner === undefined) return new Set();
  const own = records.filter((one) => one.owner?.toLowerCase() === owner.toLowerCase());
  const names = new Set(own.map(({ name }) => name.toLowerCase()));
  const shown = live.filter(({ name }) => names.has(name.toLowerCase()));
  return new Set(occupants(own, shown).map(({ name }) => name.toLowerCase()));
}

function unknown({ rules = [] }: AdoptionWish, plan: readonly RuleAdoption[]): RuleAdoption[] {
  const found = new Set(plan.map(({ item }) => item.name.toLowerCase()));
  const names = new Map(rules.map((name) => [name.toLowerCase(), name]));
  const message = "ARM shows no cache rule of that name in this registry.";
  return [...names]
    .filter(([key]) => !found.has(key))
    .map(([, name]) => ({ item: { kind: "rule", name, outcome: "skipped", message } }));
}

function stepOf(
  wish: AdoptionWish,
  { loginServer, policy }: Estate,
  live: LiveRule,
  record: CacheRule | undefined,
  ownerRules: number,
): RuleAdoption {
  const tell = (outcome: AdoptionOutcome, message: string): RuleAdoption => ({
    item: ruleItem(live, outcome, message),
  });
  const held = record && judgeHeldRule(record, live);
  if (held) return { item: held };
  const { name, source, target, credentialSet } = live;
  const form = normaliseMapping(live, loginServer);
  if (!form.ok) return tell("skipped", said(form.problems));
  if (!sameMapping(form.mapping, live)) return tell("skipped", spelling(live, form.mapping));
  const { owner, reason, refresh } = wish;
  const request = { name, source, target, credentialSet, owner, reason, refresh };
  const asked: DecidedRule = { name, source, target };
  const decision = decideTakenName(request, asked, record, live);
  if (decision?.kind === "refuse") return tell("notSettled", said(decision.problems));
  if (decision?.kind !== "adopt") return tell("notSettled", endedBadly(live));
  const offences = judgePolicy({ ...asked, owner, ownerRules }, policy);
  if (offences.length > 0) return tell("refused", said(offences));
  return {
    item: ruleItem(live, "wouldAdopt", "It stays as it is; Larder puts it on record."),
    take: { request, decision },
  };
}

const said = (problems: readonly { readonly message: string }[]) =>
  problems.map(({ message }) => message).join(" ");

function spelling(live: LiveRule, { source }: { readonly source: string }): string {
  return `ARM has its source as "${live.source}", and Larder keeps "${source}", which is the same to ACR; but ACR cannot change a rule's source. To have Larder keep it, delete it and what it has cached, and request it anew.`;
}

function endedBadly({ name, provisioningState }: LiveRule): string {
  return `ARM shows it as ${provisioningState}. Send PUT …/rules/${name} with the same source and target to have it made anew, or delete it.`;
}
