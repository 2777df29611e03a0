import { isReason, LarderError } from "../domain/errors.ts";
import type { Registries } from "../domain/ports.ts";
import { mustBeThere } from "./absence.ts";
import type { Arm } from "./arm.ts";
import { ask } from "./ask.ts";
import { registryArmId } from "./registry-id.ts";

/** A login server never changes while a registry lives; ten minutes heal one that was made anew, and show a new tier. */
const keptMs = 600_000;

type Tier = Awaited<ReturnType<Registries["tier"]>>;

interface Facts {
  readonly server: string;
  readonly tier: Tier;
}

/** The served registries; what ARM says of each is kept for the process. */
export function registries(arm: Arm, now: () => number = Date.now): Registries {
  const kept = new Map<string, { readonly at: number; readonly facts: Promise<Facts> }>();
  const last = new Map<string, Facts>();
  const factsOf = (registry: string) => {
    const key = registry.toLowerCase();
    const held = kept.get(key);
    if (held && now() - held.at < keptMs) return held.facts;
    // What was true ten minutes ago is better than nothing while ARM does not answer.
    const facts = readFacts(arm, registry).then(
      (found) => {
        last.set(key, found);
        return found;
      },
      (error: unknown) => {
        const before = last.get(key);
        if (before && isReason(error, "unavailable")) return before;
        throw error;
      },
    );
    const asked = { at: now(), facts };
    kept.set(key, asked);
    // A failure is not kept; who asked for it gets it from the promise itself.
    asked.facts.catch(() => kept.get(key) === asked && kept.delete(key));
    return asked.facts;
  };
  return {
    names: arm.registries.map(({ name }) => name),
    id: async (registry) => registryArmId(arm.registry(registry).id),
    loginServer: async (registry) => (await factsOf(registry)).server,
    tier: async (registry) => (await factsOf(registry)).tier,
  };
}

async function readFacts(arm: Arm, registry: string): Promise<Facts> {
  const { client, path } = arm.registry(registry);
  try {
    return await ask(`read registry ${registry}`, async (abortSignal) => {
      const { loginServer, sku } = await client.registries.get(...path, { abortSignal });
      if (loginServer) return { server: loginServer, tier: tierOf(sku?.name) };
      throw new LarderError("unavailable", {
        code: "LoginServerUnknown",
        message: `ARM names no login server for ${registry} yet.`,
      });
    });
  } catch (error) {
    throw mustBeThere(error);
  }
}

/** By ARM's name of the SKU. An old "Classic" or a new name counts as the smallest: it floods none. */
function tierOf(sku: string | undefined): Tier {
  return sku === "Standard" || sku === "Premium" ? sku : "Basic";
}
