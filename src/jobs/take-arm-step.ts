import type { CacheRule } from "../domain/cache-rule.ts";
import { isReason } from "../domain/errors.ts";
import type { Step } from "../domain/plan-convergence.ts";
import type { Ports } from "../domain/ports.ts";

type ArmPorts = Pick<Ports, "cacheRules" | "cacheRuleWriter">;

/** Makes one change in ARM and waits for its end. Errors as CacheRuleWriter's. Every step may be taken twice. */
export function takeArmStep(
  ports: ArmPorts,
  rule: CacheRule,
  step: Extract<Step, { kind: "create" | "changeCredentialSet" | "remove" }>,
): Promise<void> {
  const { registry, name, source, target, credentialSet } = rule;
  switch (step.kind) {
    case "create":
      return ports.cacheRuleWriter.create(registry, name, { source, target, credentialSet });
    case "changeCredentialSet":
      return ports.cacheRuleWriter.changeCredentialSet(registry, name, credentialSet);
    case "remove":
      return removeRule(ports, rule);
  }
}

/** A deletion can be taken while its end may not be watched (no right on operationResults): what counts is whether the rule goes. */
async function removeRule(ports: ArmPorts, { registry, name }: CacheRule): Promise<void> {
  try {
    await ports.cacheRuleWriter.remove(registry, name);
  } catch (error) {
    if (!isReason(error, "lacksRight")) throw error;
    const live = await ports.cacheRules.get(registry, name);
    if (live && live.provisioningState !== "Deleting") throw error;
  }
}
