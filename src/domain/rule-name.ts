/** ACR: 5 to 50 letters, digits and hyphens (specification CacheRule.tsp, facts/acr.md section 1). */
export const ruleNamePattern = /^[a-zA-Z0-9-]{5,50}$/;

const hashLength = 7;

/** FNV-1a over UTF-16 units, as 7 base-36 digits: stable for ever, no secrecy meant. */
function hash(text: string): string {
  let sum = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    sum = Math.imul(sum ^ text.charCodeAt(index), 0x01000193) >>> 0;
  }
  return sum.toString(36).padStart(hashLength, "0");
}

/**
 * The name of a rule whose request gave none: readable, always valid, and always the same for the
 * same source, so that a repeated request is the same request. "docker.io/grafana/*" → "docker-io-grafana-all-…".
 */
export function deriveRuleName(source: string): string {
  const words = source
    .replace(/\*$/, "all")
    .replaceAll(/[^a-zA-Z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "")
    .slice(0, 50 - 1 - hashLength)
    .replace(/-+$/, "");
  return `${words || "rule"}-${hash(source)}`;
}
