import type { CacheRuleWriter } from "../domain/ports.ts";
import type { Arm } from "./arm.ts";
import { ask, ifThere } from "./ask.ts";
import { credentialSetId } from "./registry-id.ts";

export interface Polling {
  /** Between two looks at a long-running operation. ARM sends no Retry-After (facts/acr.md section 1). */
  readonly pollSeconds: number;
  /** How long an operation is waited for before it counts as `unavailable`. It goes on at ARM. */
  readonly patienceSeconds: number;
}

/** Changes of cache rules through ARM. */
export function cacheRuleWriter(
  arm: Arm,
  { pollSeconds, patienceSeconds }: Polling,
): CacheRuleWriter {
  const updateIntervalInMs = pollSeconds * 1000;
  /** One try only: the request may have been taken, and jobs look before they ask again. */
  const run = (what: string, start: (signal: AbortSignal) => Waiting) =>
    ask(
      what,
      async (abortSignal) => void (await start(abortSignal).pollUntilDone({ abortSignal })),
      {
        seconds: patienceSeconds,
        tries: 1,
      },
    );
  return {
    create(registry, name, { source, target, credentialSet }) {
      return run(`create cache rule ${name} of ${registry}`, (abortSignal) => {
        const { id, client, path } = arm.registry(registry);
        const rule = {
          sourceRepository: source,
          targetRepository: target,
          ...(credentialSet !== undefined && {
            credentialSetResourceId: credentialSetId(id, credentialSet),
          }),
        };
        return client.cacheRules.create(...path, name, rule, { abortSignal, updateIntervalInMs });
      });
    },
    changeCredentialSet(registry, name, credentialSet) {
      return run(
        `change the credential set of cache rule ${name} of ${registry}`,
        (abortSignal) => {
          const { id, client, path } = arm.registry(registry);
          const change = { credentialSetResourceId: setOrNull(id, credentialSet) };
          return client.cacheRules.update(...path, name, change, {
            abortSignal,
            updateIntervalInMs,
          });
        },
      );
    },
    async remove(registry, name) {
      const { client, path } = arm.registry(registry);
      await ifThere(
        run(`delete cache rule ${name} of ${registry}`, (abortSignal) =>
          client.cacheRules.delete(...path, name, { abortSignal, updateIntervalInMs }),
        ),
      );
    },
  };
}

/** A started operation, whatever it yields. */
interface Waiting {
  pollUntilDone(options: { abortSignal: AbortSignal }): Promise<unknown>;
}

/** Only null takes a set off; the SDK's type knows strings alone, and drops what is undefined. */
function setOrNull(
  registry: Parameters<typeof credentialSetId>[0],
  name: string | undefined,
): string {
  return name === undefined ? (null as unknown as string) : credentialSetId(registry, name);
}
