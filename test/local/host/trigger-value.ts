import { randomUUID } from "node:crypto";
import type { TypedData } from "./wire.ts";

/** What a function is called with. */
export interface TriggerValue {
  readonly value: TypedData;
  readonly triggerMetadata: Readonly<Record<string, TypedData>>;
}

/** The `sys` entry of every trigger's metadata. */
export function systemMetadata(functionName: string): TypedData {
  const sys = {
    MethodName: functionName,
    UtcNow: new Date().toISOString(),
    RandGuid: randomUUID(),
  };
  return { json: JSON.stringify(sys) };
}

/** One Event Grid event; its `data` also goes into the trigger metadata. */
export function eventGridValue(functionName: string, event: unknown): TriggerValue {
  const data = (event as { data?: unknown } | null)?.data;
  return {
    value: { string: JSON.stringify(event) },
    triggerMetadata: {
      ...(data !== undefined && { data: { json: JSON.stringify(data) } }),
      sys: systemMetadata(functionName),
    },
  };
}
