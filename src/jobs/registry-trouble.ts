import type { LarderError } from "../domain/errors.ts";
import { plusSeconds } from "../domain/time.ts";
import type { Trouble } from "./ask-heads.ts";
import { orProblem } from "./or-problem.ts";
import type { Site } from "./refresh-site.ts";

/** Seconds until a registry that did not say how long to wait is asked again. */
const usual = 60;
/** The longest that its word is taken for, seconds: its buckets are full again within a minute (facts/acr.md section 2). */
export const longestWait = 120;

/** The registry itself could not be asked: nobody asks it for a while, and the pass goes on later. */
export async function registryTrouble(
  { ports, registry }: Pick<Site, "ports" | "registry">,
  error: LarderError,
): Promise<Trouble> {
  const asked = error.retryAfterSeconds;
  const wait = Math.min(asked ?? usual, longestWait);
  const until = plusSeconds(ports.ambient.now(), wait);
  if (asked !== undefined) await orProblem(ports.throttle.stop(registry, until));
  return { message: error.problem.message, until };
}
