import { type Answer, refuse } from "../service.ts";

/* Bodies as recorded in specs/dockerhub observed-wire-facts.json; what is not recorded follows the OpenAPI's shapes. */

/** 401 of every route that wants a bearer token (kingfisher#202). */
export const unauthorized: Answer = { status: 401, body: { message: "unauthorized", errinfo: {} } };

/** 401 of the login routes. */
export const badCredentials: Answer = {
  status: 401,
  body: { detail: "Incorrect authentication credentials" },
};

export function forbidden(message: string): Answer {
  return { status: 403, body: { message, errinfo: {} } };
}

export function notFound(what: string): Answer {
  return { status: 404, body: { detail: `${what} not found`, message: `${what} not found` } };
}

/** Ends the call with 400 when there is anything to complain about: `{field: complaint}`. */
export function refuseInvalid(fields: Readonly<Record<string, string>>): void {
  const complaints = Object.entries(fields).map(([field, complaint]) => `${field}: ${complaint}`);
  if (complaints.length > 0) refuse({ status: 400, body: { fields, text: complaints.join("; ") } });
}
