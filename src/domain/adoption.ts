import type { CacheRule, LiveRule } from "./cache-rule.ts";
import type { RefreshPolicy } from "./refresh-policy.ts";

/**
 * What becomes of something that a registry has when Larder takes the registry over. Nothing in Azure
 * is changed for any of them.
 */
export const adoptionOutcomes = [
  /** Larder has it on record now. */
  "adopted",
  /** What a dry run says where the real one would adopt. */
  "wouldAdopt",
  /** It was Larder's before. */
  "already",
  /** Larder's record and ARM say different things; somebody must say which is meant. */
  "differs",
  /** ARM or Larder is at work on it, or that ended badly. */
  "notSettled",
  /** This deployment's policy, or an approver, does not allow it. */
  "refused",
  /** It cannot be taken over as it is; the message says what to do. */
  "skipped",
] as const;
export type AdoptionOutcome = (typeof adoptionOutcomes)[number];

/** One cache rule or credential set, and what became of it. */
export interface AdoptionItem {
  readonly kind: "rule" | "credentialSet";
  readonly name: string;
  readonly outcome: AdoptionOutcome;
  /** A sentence or two for a person, free of secrets. */
  readonly message: string;
  /** Of a rule. */
  readonly source?: string | undefined;
  readonly target?: string | undefined;
  /** That the rule uses; absent: none. */
  readonly credentialSet?: string | undefined;
}

/** What somebody asks to be taken over, and what is to be recorded with it. */
export interface AdoptionWish {
  /** Names of rules; absent: all. */
  readonly rules?: readonly string[] | undefined;
  readonly owner?: string | undefined;
  readonly reason?: string | undefined;
  /** Policy of the rules taken over. */
  readonly refresh?: RefreshPolicy | undefined;
  /**
   * How the tokens of the sets are renewed from then on. `assisted` watches, and tells when a person must
   * bring a new one; `managed` renews by itself; `none` leaves the sets alone.
   */
  readonly credentialSets: "assisted" | "managed" | "none";
  /** Docker ID behind the sets; absent: what the set's user-name secret holds. */
  readonly account?: string | undefined;
}

/** A wish as it comes in. */
export interface AdoptionRequest extends Omit<AdoptionWish, "credentialSets"> {
  readonly credentialSets?: AdoptionWish["credentialSets"] | undefined;
}

/** Says what becomes of the sets where the request does not: who names rules means those, and nothing besides. */
export function wishOf(request: AdoptionRequest): AdoptionWish {
  const usual = request.rules === undefined ? "assisted" : "none";
  return { ...request, credentialSets: request.credentialSets ?? usual };
}

/** A rule as ARM shows it, and what is said of it. */
export function ruleItem(
  { name, source, target, credentialSet }: LiveRule | CacheRule,
  outcome: AdoptionOutcome,
  message: string,
): AdoptionItem {
  return { kind: "rule", name, outcome, message, source, target, credentialSet };
}
