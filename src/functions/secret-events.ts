import type { EventGridFunctionOptions, InvocationContext } from "@azure/functions";
import { LarderError } from "../domain/errors.ts";
import { parseSecretEvent } from "../domain/parse-secret-event.ts";
import type { Ports } from "../domain/ports.ts";
import { noteSecretEvent } from "../jobs/note-secret-event.ts";

/**
 * Takes what Key Vault tells of secrets. An event that cannot be understood succeeds, since it would
 * be no better the next time; what could not be noted throws, so that Event Grid delivers it again.
 */
export function secretEvents(ports: () => Ports): EventGridFunctionOptions {
  return {
    async handler(event: unknown, context: InvocationContext) {
      const read = parseSecretEvent(event);
      if ("ignored" in read) return context.log(`An event was ignored. ${read.ignored}`);
      try {
        context.log(await noteSecretEvent(ports(), read));
      } catch (error) {
        throw answerable(error, context);
      }
    },
  };
}

/** The host sends the message to whoever delivered (facts/functions.md section 1.5), so a bug's own words go to the log only. */
function answerable(error: unknown, context: InvocationContext): Error {
  if (error instanceof LarderError) return error;
  context.error("An event could not be noted", error);
  return new Error("The event could not be noted. The log says why.");
}
