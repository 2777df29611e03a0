import type { Clock } from "../clock.ts";
import type { Delivery, Subscription } from "./delivery.ts";
import { nextTry, post } from "./delivery.ts";
import type { GridEvent } from "./event-schemas.ts";
import { deliveryBody, looksDocumented, validationBody } from "./event-schemas.ts";

/** What makes delivery unpleasant; may be changed at any time. */
export interface DeliverySwitches {
  /** Every event is delivered twice. */
  duplicate: boolean;
  /** Every other event is held back five seconds, so that later ones overtake it. */
  reorder: boolean;
  /** Before the first try, seconds on the clock. */
  delaySeconds: number;
  /** Factor on the pauses between tries: 0.001 turns ten seconds into ten milliseconds. */
  backOffScale: number;
  /** Data as the documentation's example has it: blanks in a key and a value, numbers as text. */
  documentedQuirks: boolean;
}

/** Event Grid: at least once, in no order, with back-off (facts/functions.md section 3.1). */
export interface EventGrid {
  readonly switches: DeliverySwitches;
  /** Validates the endpoint as Event Grid does; rejects when it does not answer with the code. */
  subscribe(subscription: Subscription): Promise<void>;
  unsubscribe(name: string): void;
  /** To every subscription that takes the type and is not younger than `event.since`. */
  publish(event: GridEvent): void;
  /** Sends what is due. */
  tick(): void;
  state(): unknown;
  close(): void;
}

interface Grid {
  readonly clock: Clock;
  readonly switches: DeliverySwitches;
  readonly subscriptions: Map<string, { subscription: Subscription; since: number }>;
  readonly counts: { published: number; delivered: number; failedTries: number; dead: number };
  readonly closing: AbortController;
  queue: Delivery[];
  /** Whether the last event was held back. */
  held: boolean;
}

export function eventGrid(clock: Clock): EventGrid {
  const grid: Grid = {
    clock,
    switches: {
      duplicate: false,
      reorder: false,
      delaySeconds: 0,
      backOffScale: 1,
      documentedQuirks: false,
    },
    subscriptions: new Map(),
    counts: { published: 0, delivered: 0, failedTries: 0, dead: 0 },
    closing: new AbortController(),
    queue: [],
    held: false,
  };
  return {
    switches: grid.switches,
    subscribe: (subscription) => subscribe(grid, subscription),
    unsubscribe(name) {
      grid.subscriptions.delete(name);
      grid.queue = grid.queue.filter(({ subscription }) => subscription.name !== name);
    },
    publish: (event) => publish(grid, event),
    tick() {
      const due = grid.queue.filter(({ dueAt }) => dueAt <= clock.now());
      grid.queue = grid.queue.filter(({ dueAt }) => dueAt > clock.now());
      for (const delivery of due) void deliver(grid, delivery);
    },
    state: () => ({
      ...grid.counts,
      waiting: grid.queue.length,
      subscriptions: [...grid.subscriptions.keys()],
    }),
    close: () => grid.closing.abort(),
  };
}

async function subscribe(grid: Grid, subscription: Subscription): Promise<void> {
  const { body, code } = validationBody(subscription.schema, grid.clock.now());
  const { signal } = grid.closing;
  const { status, text } = await post(subscription, "SubscriptionValidation", 0, body, signal);
  if (status !== 200 || !text.includes(code))
    throw new Error(`${subscription.endpoint} did not validate: ${status} ${text}`);
  grid.subscriptions.set(subscription.name, { subscription, since: grid.clock.now() });
}

function publish(grid: Grid, event: GridEvent): void {
  const { switches, clock, queue } = grid;
  grid.counts.published += 1;
  grid.held = switches.reorder && !grid.held;
  const dueAt = clock.now() + (switches.delaySeconds + (grid.held ? 5 : 0)) * 1000;
  for (const { subscription, since } of grid.subscriptions.values()) {
    if (event.since < since) continue;
    if (subscription.eventTypes?.includes(event.type) === false) continue;
    const delivery: Delivery = { subscription, event, tries: 0, dueAt };
    queue.push(delivery, ...(switches.duplicate ? [delivery] : []));
  }
}

async function deliver(grid: Grid, delivery: Delivery): Promise<void> {
  const { switches, counts, closing, clock } = grid;
  const { subscription, tries } = delivery;
  const event = switches.documentedQuirks ? looksDocumented(delivery.event) : delivery.event;
  const body = deliveryBody(event, subscription.schema);
  const status = await post(subscription, "Notification", tries, body, closing.signal).then(
    (answer) => answer.status,
    () => 0,
  );
  if (closing.signal.aborted) return;
  if (status >= 200 && status <= 204) {
    counts.delivered += 1;
    return;
  }
  counts.failedTries += 1;
  const again = nextTry(delivery, status, clock.now(), switches.backOffScale);
  if (again) grid.queue.push(again);
  else counts.dead += 1;
}
