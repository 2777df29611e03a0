import type { CacheRule as ArmRule } from "@azure/arm-containerregistry";
import { isReason, LarderError } from "../domain/errors.ts";
import type { CacheRuleWriter } from "../domain/ports.ts";
import type { Arm } from "./arm.ts";
import { armChange, type Polling } from "./arm-change.ts";
import { cacheRules } from "./cache-rules.ts";
import { credentialSetId, type RegistryId } from "./registry-id.ts";

/** Changes of cache rules through ARM. */
export function cacheRuleWriter(arm: Arm, polling: Polling): CacheRuleWriter {
  return {
    create: (registry, name, rule) =>
      armChange(polling, `create cache rule ${name} of ${registry}`, (options) => {
        const { id, client, path } = arm.registry(registry);
        return client.cacheRules.create(...path, name, armRule(id, rule), options);
      }),
    changeCredentialSet: (registry, name, credentialSet) =>
      armChange(
        polling,
        `change the credential set of cache rule ${name} of ${registry}`,
        (options) => {
          const { id, client, path } = arm.registry(registry);
          const change = { credentialSetResourceId: setOrNull(id, credentialSet) };
          return client.cacheRules.update(...path, name, change, options);
        },
      ),
    async remove(registry, name) {
      const { client, path } = arm.registry(registry);
      try {
        await armChange(polling, `delete cache rule ${name} of ${registry}`, (options) =>
          client.cacheRules.delete(...path, name, options),
        );
      } catch (error) {
        if (!isReason(error, "missing")) throw error;
        // The rule, something above it, or the operation that was polled: reading tells.
        if (await cacheRules(arm).get(registry, name)) throw stillThere(error);
      }
    },
  };
}

function stillThere({ problem }: LarderError): LarderError {
  return new LarderError("unavailable", problem);
}

function armRule(registry: RegistryId, rule: Parameters<CacheRuleWriter["create"]>[2]): ArmRule {
  const { source, target, credentialSet } = rule;
  return {
    sourceRepository: source,
    targetRepository: target,
    ...(credentialSet !== undefined && {
      credentialSetResourceId: credentialSetId(registry, credentialSet),
    }),
  };
}

/** Only null takes a set off; the SDK's type knows strings alone, and drops what is undefined. */
function setOrNull(registry: RegistryId, name: string | undefined): string {
  return name === undefined ? (null as unknown as string) : credentialSetId(registry, name);
}
