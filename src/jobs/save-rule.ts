import type { CacheRule } from "../domain/cache-rule.ts";
import { LarderError } from "../domain/errors.ts";
import type { Ports, Stored } from "../domain/ports.ts";
import type { Written } from "../domain/rule-lifecycle.ts";

/** Writes a rule with its operation and history over the row it was read from. `stale` when that row has moved. */
export async function saveRule(
  ports: Pick<Ports, "rules">,
  from: { readonly etag: string | undefined; readonly version?: string | undefined },
  written: Written,
): Promise<Stored<CacheRule>> {
  const { rule, operation, superseded, history } = written;
  const etag = await ports.rules.commit({
    registry: rule.registry,
    version: from.version,
    put: { rule, etag: from.etag },
    operation,
    superseded,
    history,
  });
  return { value: rule, etag };
}

/**
 * Tells the worker. A lost message is no loss: the rule is recorded, and reconcile sends again,
 * so a failure here must not fail the request.
 */
export async function notifyWorker(
  ports: Pick<Ports, "outbox">,
  rule: Pick<CacheRule, "registry" | "name">,
): Promise<void> {
  try {
    await ports.outbox.send({ kind: "converge-rule", registry: rule.registry, name: rule.name }, 0);
  } catch (error) {
    if (!(error instanceof LarderError)) throw error;
  }
}
