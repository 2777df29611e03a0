import type { CacheRule as ArmRule } from "@azure/arm-containerregistry";
import { type LiveRule, sameName } from "../domain/cache-rule.ts";
import { isReason } from "../domain/errors.ts";
import type { CacheRules } from "../domain/ports.ts";
import { mustBeThere, whatIsMissing } from "./absence.ts";
import type { Arm } from "./arm.ts";
import { armList } from "./arm-list.ts";
import { ask } from "./ask.ts";

/** Cache rules as ARM shows them. */
export function cacheRules(arm: Arm): CacheRules {
  return {
    list: async (registry) => listRules(arm, registry),
    async get(registry, name) {
      const { client, path } = arm.registry(registry);
      try {
        return liveRule(
          await ask(`read cache rule ${name} of ${registry}`, (abortSignal) =>
            client.cacheRules.get(...path, name, { abortSignal }),
          ),
        );
      } catch (error) {
        if (!isReason(error, "missing")) throw error;
        const missing = whatIsMissing(error, name);
        if (missing === "above") throw mustBeThere(error);
        if (missing === "rule") return undefined;
        return (await listRules(arm, registry)).find((one) => sameName(one.name, name));
      }
    },
  };
}

function listRules(arm: Arm, registry: string): Promise<readonly LiveRule[]> {
  const { client, path } = arm.registry(registry);
  const read = (abortSignal: AbortSignal) => (start: object) =>
    client.cacheRules
      .list(...path, { abortSignal })
      .byPage(start)
      .next();
  return armList(`list the cache rules of ${registry}`, read, liveRule);
}

function liveRule(rule: ArmRule): LiveRule {
  return {
    name: rule.name ?? "",
    source: rule.sourceRepository ?? "",
    target: rule.targetRepository ?? "",
    // ARM answers null as well as nothing (facts/acr.md section 1).
    credentialSet: rule.credentialSetResourceId?.split("/").at(-1),
    provisioningState: stateOf(rule.provisioningState),
    createdAt: rule.creationDate?.toISOString(),
  };
}

const states = ["Creating", "Updating", "Deleting", "Succeeded", "Failed", "Canceled"] as const;

/** A state this version does not know is not a final one, so it counts as a change under way. */
function stateOf(state: string | undefined): LiveRule["provisioningState"] {
  return states.find((known) => known === state) ?? "Updating";
}
