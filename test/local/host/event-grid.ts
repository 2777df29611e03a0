import type { HostCall, HostReply } from "./http-server.ts";
import { jsonReply } from "./http-server.ts";
import type { TriggerValue } from "./trigger-value.ts";
import { eventGridValue } from "./trigger-value.ts";
import type { FunctionMetadata } from "./wire.ts";
import { triggerOf } from "./wire.ts";
import type { Outcome } from "./worker-process.ts";

/*
 * The webhook /runtime/webhooks/eventgrid (facts/functions.md section 1.5; azure-sdk-for-net,
 * HttpRequestProcessor.cs). Who may call it is checked before.
 */

/** EventGrid schema sends an array; CloudEvents an object whose `data` is a JSON string. */
function validationCode(body: unknown): string {
  const data = Array.isArray(body)
    ? (body[0] as { data: { validationCode: string } }).data
    : (JSON.parse((body as { data: string }).data) as { validationCode: string });
  return String(data.validationCode);
}

type Invoke = (metadata: FunctionMetadata, value: TriggerValue) => Promise<Outcome>;

/** Each event is called by itself, all at once; one failure fails the whole delivery, which is then sent again. */
async function deliver(
  metadata: FunctionMetadata,
  body: unknown,
  invoke: Invoke,
): Promise<HostReply> {
  const events: unknown[] = Array.isArray(body) ? body : [body];
  const outcomes = await Promise.all(
    events.map((event) => invoke(metadata, eventGridValue(metadata.name, event))),
  );
  const failed = outcomes.find((outcome) => outcome.kind !== "succeeded");
  return failed ? { status: 500, body: failed.message } : { status: 202 };
}

/** Answers a delivery. `functions` are those the host has; unparsable bodies are 500, as in the extension. */
export async function eventGridReply(
  call: HostCall,
  functions: readonly FunctionMetadata[],
  invoke: Invoke,
): Promise<HostReply> {
  const name = call.query.get("functionName") ?? "";
  const metadata = functions.find(
    (one) =>
      one.name.toLowerCase() === name.toLowerCase() && triggerOf(one).type === "eventGridTrigger",
  );
  if (!metadata) return { status: 404, body: `cannot find function: '${name}'` };
  const kind = call.headers["aeg-event-type"]?.toLowerCase();
  if (kind === "unsubscribe") return { status: 202 };
  if (kind !== "subscriptionvalidation" && kind !== "notification") return { status: 400 };
  try {
    const body: unknown = JSON.parse(call.body.toString("utf8"));
    if (kind === "notification") return await deliver(metadata, body, invoke);
    return jsonReply(200, { validationResponse: validationCode(body) });
  } catch (error) {
    return { status: 500, body: (error as Error).message };
  }
}
