import { randomUUID } from "node:crypto";

export type Schema = "EventGridSchema" | "CloudEventSchemaV1_0";

export interface GridEvent {
  readonly id: string;
  readonly type: string;
  readonly topic: string;
  readonly subject: string;
  /** Milliseconds. */
  readonly at: number;
  /** When the thing it is about came to be: younger subscriptions are not told. Not on the wire. */
  readonly since: number;
  readonly data: Readonly<Record<string, string | number | null>>;
}

/** A delivery's body: Event Grid's own schema as an array of one, a CloudEvent as one object. */
export function deliveryBody(event: GridEvent, schema: Schema): string {
  const { id, type, topic, subject, at, data } = event;
  const time = new Date(at).toISOString();
  if (schema === "CloudEventSchemaV1_0")
    return JSON.stringify({ specversion: "1.0", id, source: topic, type, subject, time, data });
  return JSON.stringify([
    {
      id,
      topic,
      subject,
      eventType: type,
      eventTime: time,
      data,
      dataVersion: "1",
      metadataVersion: "1",
    },
  ]);
}

/** The hand-shake that a new endpoint must answer with `code` (facts/functions.md section 1.5). */
export function validationBody(schema: Schema, now: number): { body: string; code: string } {
  const code = randomUUID();
  const data = { validationCode: code };
  const common = { id: randomUUID(), subject: "", data };
  const type = "Microsoft.EventGrid.SubscriptionValidationEvent";
  const time = new Date(now).toISOString();
  const body =
    schema === "EventGridSchema"
      ? [{ ...common, topic: "", eventType: type, eventTime: time, dataVersion: "2" }]
      : { ...common, specversion: "1.0", source: "", type, time, data: JSON.stringify(data) };
  return { body: JSON.stringify(body), code };
}

/** The same event as the documentation's example shows it (facts/functions.md section 3.1). */
export function looksDocumented(event: GridEvent): GridEvent {
  const { ObjectName = null, Version = null, NBF = null, EXP = null, ...rest } = event.data;
  const text = (value: string | number | null) => (value === null ? null : String(value));
  return {
    ...event,
    data: {
      ...rest,
      "ObjectName ": ObjectName,
      Version: ` ${Version}`,
      NBF: text(NBF),
      EXP: text(EXP),
    },
  };
}
