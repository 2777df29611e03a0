import type { CacheRule as ArmRule } from "@azure/arm-containerregistry";
import { isReason, LarderError } from "../domain/errors.ts";
import type { CacheRuleWriter } from "../domain/ports.ts";
import type { Arm } from "./arm.ts";
import { ask } from "./ask.ts";
import { cacheRules } from "./cache-rules.ts";
import { credentialSetId, type RegistryId } from "./registry-id.ts";

interface Polling {
  /** Between two looks at a long-running operation. ARM sends no Retry-After (facts/acr.md section 1). */
  readonly pollSeconds: number;
  /** How long an operation is waited for before it counts as `unavailable`. It goes on at ARM. */
  readonly patienceSeconds: number;
}

/** Changes of cache rules through ARM. */
export function cacheRuleWriter(arm: Arm, polling: Polling): CacheRuleWriter {
  return {
    create: (registry, name, rule) =>
      run(polling, `create cache rule ${name} of ${registry}`, (options) => {
        const { id, client, path } = arm.registry(registry);
        return client.cacheRules.create(...path, name, armRule(id, rule), options);
      }),
    changeCredentialSet: (registry, name, credentialSet) =>
      run(polling, `change the credential set of cache rule ${name} of ${registry}`, (options) => {
        const { id, client, path } = arm.registry(registry);
        const change = { credentialSetResourceId: setOrNull(id, credentialSet) };
        return client.cacheRules.update(...path, name, change, options);
      }),
    async remove(registry, name) {
      const { client, path } = arm.registry(registry);
      try {
        await run(polling, `delete cache rule ${name} of ${registry}`, (options) =>
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

interface Options {
  readonly abortSignal: AbortSignal;
  readonly updateIntervalInMs: number;
}

/** A started operation, whatever it yields. */
interface Waiting {
  pollUntilDone(options: { abortSignal: AbortSignal }): Promise<unknown>;
}

/** One try only: the request may have been taken, and jobs look before they ask again. */
function run(
  { pollSeconds, patienceSeconds }: Polling,
  what: string,
  start: (options: Options) => Waiting,
): Promise<void> {
  const exchange = async (abortSignal: AbortSignal) => {
    const waiting = start({ abortSignal, updateIntervalInMs: pollSeconds * 1000 });
    await waiting.pollUntilDone({ abortSignal });
  };
  return ask(what, exchange, { seconds: patienceSeconds, tries: 1 });
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
