import { purgeKey } from "../domain/budget-keys.ts";
import type { Ports } from "../domain/ports.ts";
import type { Signal } from "../domain/signal.ts";
import { asBreaker } from "./ask-heads.ts";
import { tagStillAway } from "./purge-permit.ts";

export type AwayPorts = Pick<Ports, "budgets" | "cache" | "tags">;

/** The tag whose purge went wrong, if it is still away. Asks the registry for that one tag: it may have come back by itself. */
export async function seeAwayTag(ports: AwayPorts, registry: string): Promise<readonly Signal[]> {
  const breaker = asBreaker(await ports.budgets.get(purgeKey(registry)));
  const away = await tagStillAway(ports, registry, breaker);
  if (!away) return [];
  return [{ name: "TagAway", registry, ...away, message: breaker?.message ?? "" }];
}
