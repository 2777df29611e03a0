import type { CacheRule, LiveRule } from "../domain/cache-rule.ts";
import { findRule } from "./find-rule.ts";
import type { FactPorts } from "./gather-facts.ts";

/** A rule as a reader sees it: the record, and what ARM shows now. */
export interface RuleView {
  readonly rule: CacheRule;
  /** "" for a rule that only ARM has. */
  readonly etag: string;
  readonly live?: LiveRule | undefined;
}

/** One rule with its live state. `missing` when neither Larder nor ARM has it, or the registry is not served. */
export async function readRule(
  ports: Pick<FactPorts, "registries" | "rules" | "cacheRules" | "ambient">,
  registry: string,
  name: string,
): Promise<RuleView> {
  const { rule, etag, live } = await findRule(ports, registry, name);
  return { rule, etag: etag ?? "", live };
}
