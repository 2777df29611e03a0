import type { AdoptionItem, AdoptionWish } from "../domain/adoption.ts";
import { sameName } from "../domain/cache-rule.ts";
import type { By } from "../domain/caller.ts";
import { isReason } from "../domain/errors.ts";
import { planAdoption, type RuleAdoption } from "../domain/plan-adoption.ts";
import type { Ports } from "../domain/ports.ts";
import { recordRequest } from "../domain/record-request.ts";
import { storedByName } from "./find-rule.ts";
import { type LiveView, readLive } from "./gather-facts.ts";
import { saveRule } from "./save-rule.ts";

export type RuleAdoptionPorts = Pick<
  Ports,
  "ambient" | "cacheRules" | "credentialSets" | "registries" | "rules" | "settings"
>;

/** How a part of a run is made. */
export interface Run {
  readonly dryRun: boolean;
  /** Whether there is time for another one. */
  readonly inTime: () => boolean;
}

/** What a part of a run came to. */
export interface Part {
  readonly items: readonly AdoptionItem[];
  /** Time was up before the end. */
  readonly more: boolean;
}

/** Times that one rule is decided anew when others keep changing it. */
const maximumTries = 6;

interface Desk {
  readonly ports: RuleAdoptionPorts;
  readonly wish: AdoptionWish;
  readonly by: By;
}

/** Takes the rules over one after the other, by the plan that a dry run shows. */
export async function adoptRules(
  ports: RuleAdoptionPorts,
  view: LiveView,
  wish: AdoptionWish,
  { dryRun, inTime }: Run,
  by: By,
): Promise<Part> {
  const desk = { ports, wish, by };
  let state = await plan(desk, view);
  const items: AdoptionItem[] = [];
  for (const { item, take } of state.plan) {
    if (!inTime()) return { items, more: true };
    if (dryRun || !take) items.push(item);
    else {
      const done = await adoptRule(desk, state, item);
      items.push(done.item);
      state = done.state;
    }
  }
  return { items, more: false };
}

type State = Awaited<ReturnType<typeof plan>>;

/** What is on record now, and the plan on it. */
async function plan({ ports, wish }: Desk, view: LiveView) {
  const { version, rules } = await ports.rules.read(view.registry);
  const records = rules.map(({ value }) => value);
  const { policy } = ports.settings;
  return { view, version, rules, plan: planAdoption(wish, { ...view, records, policy }) };
}

/** Puts a rule on record if that is still the plan; when somebody else was faster, the plan is made anew. */
async function adoptRule(
  desk: Desk,
  before: State,
  planned: AdoptionItem,
): Promise<{ readonly item: AdoptionItem; readonly state: State }> {
  let state = before;
  for (let tries = 1; ; tries += 1) {
    const step = state.plan.find(({ item }) => sameName(item.name, planned.name));
    if (!step) return { item: { ...planned, outcome: "skipped", message: gone }, state };
    if (!step.take) return { item: step.item, state };
    try {
      await record(desk, state, step.take);
      const item = { ...step.item, outcome: "adopted" as const };
      // What the quota leaves for the rest is read again: others may use it up meanwhile.
      return { item, state: countsOwners(desk) ? await plan(desk, state.view) : state };
    } catch (error) {
      if (!isReason(error, "stale") || tries >= maximumTries) throw error;
      await desk.ports.ambient.pause(50 * tries);
      state = await plan(desk, await readLive(desk.ports, state.view.registry));
    }
  }
}

const gone = "ARM shows no such rule any more.";

/**
 * The registry's version is left alone, though a mapping comes on record: ARM has the rule, so whoever
 * decides sees it there; and the requests of others are not turned back a thousand times. Only where an
 * owner's rules are counted must two decisions not pass side by side.
 */
async function record(
  desk: Desk,
  { view, version, rules }: State,
  { request, decision }: NonNullable<RuleAdoption["take"]>,
): Promise<void> {
  const { ports, by } = desk;
  const [now, id] = [ports.ambient.now(), ports.ambient.newId()];
  const { registry } = view;
  const written = recordRequest({ decision, registry, request, by, now, id, notes: [] });
  const etag = storedByName(rules, decision.rule.name)?.etag;
  await saveRule(ports, { etag, ...(countsOwners(desk) && { version }) }, written);
}

function countsOwners({ ports, wish }: Desk): boolean {
  return wish.owner !== undefined && ports.settings.policy.rulesPerOwner !== undefined;
}
