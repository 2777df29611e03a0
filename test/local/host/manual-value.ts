import { timerValue } from "./timer-status.ts";
import type { TriggerValue } from "./trigger-value.ts";
import { eventGridValue } from "./trigger-value.ts";
import type { FunctionMetadata } from "./wire.ts";
import { triggerOf } from "./wire.ts";

/**
 * The value of a trigger that is run by hand with the `input` of POST /admin/functions/{name}: a timer ignores
 * it, a queue takes it as its message, Event Grid parses it as the event. Throws for anything else.
 */
export function manualValue(metadata: FunctionMetadata, input: string): TriggerValue {
  const { type } = triggerOf(metadata);
  switch (type) {
    case "timerTrigger":
      return { value: timerValue(undefined, false), triggerMetadata: {} };
    case "queueTrigger":
      return { value: { string: input }, triggerMetadata: {} };
    case "eventGridTrigger":
      return eventGridValue(metadata.name, JSON.parse(input));
    default:
      throw new Error(`A function with a ${type} cannot be run by hand.`);
  }
}
