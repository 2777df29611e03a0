import { LarderError } from "../domain/errors.ts";
import type { Registries } from "../domain/ports.ts";
import { mustBeThere } from "./absence.ts";
import type { Arm } from "./arm.ts";
import { ask } from "./ask.ts";

/** A login server never changes while a registry lives; ten minutes heal one that was made anew. */
const keptMs = 600_000;

/** The served registries; their login servers are asked of ARM and kept for the process. */
export function registries(arm: Arm, now: () => number = Date.now): Registries {
  const kept = new Map<string, { readonly at: number; readonly server: Promise<string> }>();
  return {
    names: arm.registries.map(({ name }) => name),
    async loginServer(registry) {
      const key = registry.toLowerCase();
      const held = kept.get(key);
      if (held && now() - held.at < keptMs) return held.server;
      const asked = { at: now(), server: readLoginServer(arm, registry) };
      kept.set(key, asked);
      // A failure is not kept; who asked for it gets it from the promise itself.
      asked.server.catch(() => kept.get(key) === asked && kept.delete(key));
      return asked.server;
    },
  };
}

async function readLoginServer(arm: Arm, registry: string): Promise<string> {
  const { client, path } = arm.registry(registry);
  try {
    return await ask(`read the login server of ${registry}`, async (abortSignal) => {
      const { loginServer } = await client.registries.get(...path, { abortSignal });
      if (loginServer) return loginServer;
      throw new LarderError("unavailable", {
        code: "LoginServerUnknown",
        message: `ARM names no login server for ${registry} yet.`,
      });
    });
  } catch (error) {
    throw mustBeThere(error);
  }
}
