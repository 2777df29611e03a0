import type { Host } from "./host/host.ts";
import { triggerOf } from "./host/wire.ts";
import type { EventGrid } from "./vault/event-grid.ts";
import type { Schema } from "./vault/event-schemas.ts";

/**
 * Subscribes every Event Grid function of an app to the vault's events, by its name, as a deployment
 * does. Rejects when one does not answer the validation.
 */
export async function subscribeEvents(
  host: Host,
  eventGrid: EventGrid,
  schema: Schema = "CloudEventSchemaV1_0",
): Promise<void> {
  for (const one of host.functions())
    if (triggerOf(one).type === "eventGridTrigger")
      await eventGrid.subscribe({ name: one.name, endpoint: eventHook(host, one.name), schema });
}

/** Where a function's events are delivered, key included. */
export function eventHook({ url, systemKeys }: Host, functionName: string): string {
  return `${url}/runtime/webhooks/eventgrid?functionName=${functionName}&code=${systemKeys["eventgrid_extension"]}`;
}
