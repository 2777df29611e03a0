import { type CacheRule, type LiveRule, sameName } from "../domain/cache-rule.ts";
import { LarderError } from "../domain/errors.ts";
import type { Ports, Stored } from "../domain/ports.ts";
import type { Timestamp } from "../domain/time.ts";

/** How a rule that only ARM has looks as a record. */
export function unmanagedRecord(registry: string, live: LiveRule, now: Timestamp): CacheRule {
  const { name, source, target, credentialSet } = live;
  return {
    name,
    source,
    target,
    credentialSet,
    registry,
    status: "unmanaged",
    drift: {
      kind: "created",
      message: "The rule was created outside Larder. Send a request for it to take it over.",
      since: now,
    },
    notes: [],
    requestedBy: "outside Larder",
    requestedAt: live.createdAt ?? now,
    updatedAt: now,
    operationId: "",
    attempts: 0,
  };
}

/**
 * A rule by name, recorded or only live (then `etag` is undefined: there is no row yet).
 * `missing` when neither the store nor ARM has it.
 */
export async function findRule(
  ports: Pick<Ports, "registries" | "rules" | "cacheRules" | "ambient">,
  registry: string,
  name: string,
): Promise<{
  readonly rule: CacheRule;
  readonly etag: string | undefined;
  readonly live: LiveRule | undefined;
}> {
  await ports.registries.loginServer(registry);
  const [stored, live] = await Promise.all([
    ports.rules.get(registry, name),
    ports.cacheRules.get(registry, name),
  ]);
  if (stored) return { rule: stored.value, etag: stored.etag, live };
  if (live)
    return { rule: unmanagedRecord(registry, live, ports.ambient.now()), etag: undefined, live };
  throw new LarderError("missing", {
    code: "RuleNotFound",
    target: "name",
    message: `Registry "${registry}" has no rule "${name}".`,
  });
}

/** Refuses (`stale`) when the caller's If-Match names another state than the present one. "*" matches any. */
export function checkMatch(ifMatch: string | undefined, etag: string | undefined): void {
  if (ifMatch === undefined || ifMatch === "*" || ifMatch === etag) return;
  throw new LarderError("stale", {
    code: "ConditionNotMet",
    target: "If-Match",
    message:
      "The rule has changed since it was read. Read it again and repeat the change on what you then see.",
  });
}

/** The stored rule that goes by a name, without regard to case. */
export function storedByName(
  rules: readonly Stored<CacheRule>[],
  name: string,
): Stored<CacheRule> | undefined {
  return rules.find(({ value }) => sameName(value.name, name));
}
