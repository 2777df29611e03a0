import { type CacheRule, sameCredentialSet } from "./cache-rule.ts";
import type { RuleRequest } from "./rule-request.ts";

/** What of a rule can be changed later, besides its credential set. */
type Settings = Pick<CacheRule, "credentialSet" | "refresh" | "owner" | "reason" | "expiresOn">;

const fields = ["credentialSet", "refresh", "owner", "reason", "expiresOn"] as const;

/** JSON with its keys sorted, so that equal policies compare equal however they were written. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

/** The settings that a repeated request gives and the existing rule has otherwise. What it leaves out is not compared. */
export function differences(
  request: RuleRequest,
  existing: Settings,
): readonly (typeof fields)[number][] {
  return fields.filter((field) => {
    const given = request[field];
    if (given === undefined) return false;
    if (field === "credentialSet") return !sameCredentialSet(request, existing);
    return canonical(given) !== canonical(existing[field]);
  });
}
