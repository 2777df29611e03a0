import { isReason, LarderError } from "../domain/errors.ts";

/*
 * What a 404 is about. Only where the thing asked for is itself said to be missing does it not
 * exist; a registry, resource group or subscription that is not there says nothing of what it held.
 */

/** `refused`, with the far end's own code, for a 404 about something that has to be there; any other error as it is. */
export function mustBeThere(error: unknown): unknown {
  return isReason(error, "missing") ? new LarderError("refused", error.problem) : error;
}

const above = ["ResourceGroupNotFound", "SubscriptionNotFound", "ParentResourceNotFound"];

/**
 * What ARM's 404 to a request for a cache rule says: that the rule is missing, that something above
 * it is, or neither for certain. ARM names what it misses: "The Resource
 * 'Microsoft.ContainerRegistry/registries/contoso/cacheRules/nginx' under resource group …".
 */
export function whatIsMissing(
  { problem }: LarderError,
  rule: string,
): "rule" | "above" | "unclear" {
  if (above.includes(problem.code)) return "above";
  const [, named] = /\/cacheRules\/([\w-]+)/i.exec(problem.message) ?? [];
  return named?.toLowerCase() === rule.toLowerCase() ? "rule" : "unclear";
}
