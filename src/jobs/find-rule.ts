import { type CacheRule, type LiveRule, sameName } from "../domain/cache-rule.ts";
import { isReason, LarderError } from "../domain/errors.ts";
import type { Ports, Stored } from "../domain/ports.ts";
import { servedRegistry } from "../domain/served-registry.ts";
import type { Timestamp } from "../domain/time.ts";

const maximumTries = 6;

/** The registry's name as the settings spell it; `missing` when it is not served. */
export function servedName(ports: Pick<Ports, "registries">, registry: string): string {
  return servedRegistry(
    ports.registries.names.map((name) => ({ name })),
    registry,
  ).name;
}

/**
 * Runs a change that read, decided and wrote; again when somebody else wrote in between and the
 * caller did not say which state it meant.
 */
export async function unlessMoved<T>(
  ports: Pick<Ports, "ambient">,
  ifMatch: string | undefined,
  change: () => Promise<T>,
): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await change();
    } catch (error) {
      if (!isReason(error, "stale") || (ifMatch ?? "*") !== "*" || tries >= maximumTries)
        throw error;
      await ports.ambient.pause(50 * tries);
    }
  }
}

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
  const served = servedName(ports, registry);
  const [stored, live] = await Promise.all([
    ports.rules.get(served, name),
    ports.cacheRules.get(served, name),
  ]);
  const vanished = stored?.value.status === "unmanaged" && !live;
  if (stored && !vanished) return { rule: stored.value, etag: stored.etag, live };
  if (live)
    return { rule: unmanagedRecord(served, live, ports.ambient.now()), etag: undefined, live };
  throw new LarderError("missing", {
    code: "RuleNotFound",
    target: "name",
    message: `Registry "${registry}" has no rule "${name}".`,
  });
}

/** Refuses (`stale`) when the caller's If-Match names another state than the present one. "*" matches any. */
export function checkMatch(ifMatch: string | undefined, etag: string | undefined): void {
  if (ifMatch !== undefined && ifMatch !== "*" && ifMatch !== etag)
    throw conditionNotMet("If-Match");
}

/** What a caller is told whose condition does not hold. */
export function conditionNotMet(header: "If-Match" | "If-None-Match"): LarderError {
  const message =
    "It is not in the state that the request names. Read it, and decide on what you then see.";
  return new LarderError("stale", { code: "ConditionNotMet", target: header, message });
}

/** The stored rule that goes by a name, without regard to case. */
export function storedByName(
  rules: readonly Stored<CacheRule>[],
  name: string,
): Stored<CacheRule> | undefined {
  return rules.find(({ value }) => sameName(value.name, name));
}
