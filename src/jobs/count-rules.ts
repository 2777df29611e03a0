import type { CacheRule } from "../domain/cache-rule.ts";
import type { Ports } from "../domain/ports.ts";
import type { Signal } from "../domain/signal.ts";

/** From the records alone: each reconcile compares them with ARM, which so is not asked again. */
export async function countRules(
  ports: Pick<Ports, "rules">,
  registry: string,
): Promise<readonly Signal[]> {
  const { rules } = await ports.rules.read(registry);
  const count = (counts: (rule: CacheRule) => boolean) =>
    rules.filter(({ value }) => counts(value)).length;
  return [
    {
      name: "RulesCounted",
      registry,
      active: count(({ status }) => status === "active"),
      failed: count(({ status }) => status === "failed"),
      awaitingApproval: count(({ status }) => status === "awaitingApproval"),
      unmanaged: count(({ status }) => status === "unmanaged"),
      drifted: count(({ drift }) => drift !== undefined),
    },
  ];
}
