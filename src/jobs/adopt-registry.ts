import type { AdoptionItem, AdoptionWish } from "../domain/adoption.ts";
import type { By } from "../domain/caller.ts";
import { secondsBetween } from "../domain/time.ts";
import { adoptRules, type RuleAdoptionPorts } from "./adopt-rules.ts";
import { adoptSets, type SetAdoptionPorts } from "./adopt-sets.ts";
import { readLive } from "./gather-facts.ts";

/** What one run came to. */
export interface Adoption {
  readonly dryRun: boolean;
  /** Rules by name, then credential sets by name. */
  readonly value: readonly AdoptionItem[];
  /** Time was up: what is missing here, a repeat comes to. */
  readonly more: boolean;
}

/** The platform cuts an HTTP answer off after 230 s (Azure Functions limits); one set may take a minute beyond this. */
const budgetSeconds = 100;

/**
 * Takes over what a registry has: rules as ARM shows them, and the credential sets of Docker Hub. Nothing in Azure
 * is written here; ARM is read once. A dry run decides by the same plan and writes nothing at all. A
 * repeat is harmless, and goes on where an earlier run was killed. `missing` for a registry that is not served;
 * `unavailable` when ARM or the store cannot be asked.
 */
export async function adoptRegistry(
  ports: RuleAdoptionPorts & SetAdoptionPorts,
  registry: string,
  wish: AdoptionWish,
  dryRun: boolean,
  by: By,
): Promise<Adoption> {
  const started = ports.ambient.now();
  const inTime = () => secondsBetween(started, ports.ambient.now()) < budgetSeconds;
  const view = await readLive(ports, registry);
  const rules = await adoptRules(ports, view, wish, { dryRun, inTime }, by);
  const sets = await adoptSets(ports, view, wish, { dryRun, inTime }, by);
  return { dryRun, value: [...rules.items, ...sets.items], more: rules.more || sets.more };
}
