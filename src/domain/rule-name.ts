import { hashLength, stableHash } from "./stable-hash.ts";

/** ACR: 5 to 50 letters, digits and hyphens (specification CacheRule.tsp, facts/acr.md section 1). */
export const ruleNamePattern = /^[a-zA-Z0-9-]{5,50}$/;

/** One less than is specified: ARM was seen to refuse 50 (terraform-provider-azurerm#32858). */
const longestDerived = 49;

/**
 * The name of a rule whose request gave none: readable, always valid, and always the same for the
 * same source, so that a repeated request is the same request. "docker.io/grafana/*" → "docker-io-grafana-all-…".
 */
export function deriveRuleName(source: string): string {
  const words = source
    .replace(/\*$/, "all")
    .replaceAll(/[^a-zA-Z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "")
    .slice(0, longestDerived - 1 - hashLength)
    .replace(/-+$/, "");
  return `${words || "rule"}-${stableHash(source)}`;
}
