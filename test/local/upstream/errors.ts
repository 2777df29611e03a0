import { type Answer, refuse } from "../service.ts";

/** An error answer as the distribution specification words it. */
export function registryError(
  status: number,
  code: string,
  message: string,
  detail?: unknown,
): Answer {
  return { status, body: { errors: [{ code, message, ...(detail !== undefined && { detail }) }] } };
}

/** Ends the call with a registry error. */
export function refuseWith(status: number, code: string, message: string, detail?: unknown): never {
  return refuse(registryError(status, code, message, detail));
}

export function unauthorized(headers: Readonly<Record<string, string>>, detail?: unknown): Answer {
  return { ...registryError(401, "UNAUTHORIZED", "authentication required", detail), headers };
}
