import type { ReadHeader } from "./retry-after.ts";

/*
 * Reading the errors of the Azure SDKs, which come with several copies of RestError and put the
 * parsed body in different places. Everything is read as unknown: an error may be anything.
 */

/** The HTTP status behind an error, where it has one. */
export function statusOf(error: unknown): number | undefined {
  const status = field(error, "statusCode");
  return typeof status === "number" ? status : undefined;
}

/** The service's own code, or the SDK's or the system's: "TableNotFound", "ECONNREFUSED". */
export function codeOf(error: unknown): string | undefined {
  return textOf(field(answered(error), "code")) ?? textOf(field(error, "code"));
}

/** The service's own message where the SDK buried it, else the error's. */
export function messageOf(error: Error): string {
  const message = field(answered(error), "message");
  return textOf(message) ?? textOf(field(message, "value")) ?? error.message;
}

export function headersOf(error: unknown): ReadHeader {
  const headers = field(field(error, "response"), "headers");
  const get = field(headers, "get");
  return (name) =>
    typeof get === "function" ? textOf(Reflect.apply(get, headers, [name]) as unknown) : undefined;
}

/** The error in the parsed body: `errors[0]` of a registry, `odataError` of the tables. */
function answered(error: unknown): unknown {
  const details = field(error, "details");
  const errors = field(details, "errors");
  return Array.isArray(errors) ? (errors[0] as unknown) : field(details, "odataError");
}

/** A text that says something. */
export function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** A property of what may not even be an object. */
export function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null
    ? (Reflect.get(value, name) as unknown)
    : undefined;
}
