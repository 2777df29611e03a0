import type { CacheRule, LiveRule } from "./cache-rule.ts";
import type { By } from "./caller.ts";
import type { CredentialSet } from "./credential-set.ts";
import type { Problem, Reason } from "./errors.ts";
import type { Policy } from "./policy.ts";
import type { Timestamp } from "./time.ts";

/** Everything a decision depends on, read beforehand. The order of the lists never matters. */
export interface RuleFacts {
  readonly loginServer: string;
  readonly records: readonly CacheRule[];
  readonly live: readonly LiveRule[];
  /** Names of repositories in the registry, at least those the target takes. */
  readonly repositories: readonly string[];
  readonly credentialSets: readonly CredentialSet[];
  readonly policy: Policy;
  readonly by: By;
  readonly now: Timestamp;
}

/** The rule that will be created: what ARM gets. */
export interface DecidedRule {
  readonly name: string;
  readonly source: string;
  readonly target: string;
  readonly credentialSet?: string | undefined;
}

export type Decision =
  | {
      readonly kind: "refuse";
      readonly reason: Reason;
      readonly problems: readonly [Problem, ...Problem[]];
    }
  /** Already so, and Larder's own. */
  | { readonly kind: "exists"; readonly rule: CacheRule }
  /** ARM has exactly this rule already, made outside Larder: take it over as it is. */
  | { readonly kind: "adopt"; readonly rule: DecidedRule; readonly notes: readonly string[] }
  | {
      readonly kind: "accept";
      readonly rule: DecidedRule;
      readonly approval: boolean;
      readonly notes: readonly string[];
    };

/** A refusal for one thing that is in the way. */
export function conflict(code: string, target: string, message: string): Decision {
  return { kind: "refuse", reason: "conflict", problems: [{ code, target, message }] };
}
