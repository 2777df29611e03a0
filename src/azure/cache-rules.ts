import type { CacheRule as ArmRule } from "@azure/arm-containerregistry";
import type { LiveRule } from "../domain/cache-rule.ts";
import type { CacheRules } from "../domain/ports.ts";
import type { Arm } from "./arm.ts";
import { ask, ifThere } from "./ask.ts";

/** Cache rules as ARM shows them. */
export function cacheRules(arm: Arm): CacheRules {
  return {
    list: (registry) =>
      ask(`list the cache rules of ${registry}`, async (abortSignal) => {
        const { client, path } = arm.registry(registry);
        const rules: LiveRule[] = [];
        for await (const rule of client.cacheRules.list(...path, { abortSignal }))
          rules.push(liveRule(rule));
        return rules;
      }),
    async get(registry, name) {
      const { client, path } = arm.registry(registry);
      const rule = await ifThere(
        ask(`read cache rule ${name} of ${registry}`, (abortSignal) =>
          client.cacheRules.get(...path, name, { abortSignal }),
        ),
      );
      return rule && liveRule(rule);
    },
  };
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
