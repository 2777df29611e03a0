import type { IncomingHttpHeaders } from "node:http";
import * as z from "zod";
import type { LarderError } from "../domain/errors.ts";
import { boundedWait, retryAfterSeconds } from "../domain/retry-after.ts";
import type { Timestamp } from "../domain/time.ts";
import { hubHost, lacksRight, refused, unavailable } from "./failure.ts";
import { redact } from "./redact.ts";
import type { Reply } from "./wire.ts";

/** The body as the schema has it; undefined when it is anything else. */
export function readBody<T>(schema: z.ZodType<T>, reply: Reply): T | undefined {
  try {
    return schema.safeParse(JSON.parse(reply.text)).data;
  } catch {
    return undefined;
  }
}

/** `unavailable` for an answer that settles nothing: 429, 5xx, or one nobody expects to `what` ("the login"). */
export function unexpected(what: string, reply: Reply, now: Timestamp): LarderError {
  return unavailable(`${hubHost} answered ${reply.status} to ${what}.`, waitOf(reply.headers, now));
}

/** `unavailable` for a good answer that cannot be read: neither yes nor no. */
export function unreadable(what: string): LarderError {
  return unavailable(`${hubHost} answered well to ${what}, but with nothing that can be read.`);
}

/**
 * What an answer other than 2xx to a session's request means: `lacksRight` 401 and 403, `unavailable` 408, 429,
 * 5xx and redirects, which are never followed; `refused` any other 4xx.
 */
export function failureOf(what: string, reply: Reply, now: Timestamp): LarderError {
  const { status } = reply;
  const said = wordsOf(reply);
  const message = `${hubHost} answered ${status} to ${what}${said ? `: ${said}` : "."}`;
  if (status === 401 || status === 403) return lacksRight(message);
  const clear = status >= 400 && status < 500 && status !== 408 && status !== 429;
  return clear ? refused(message) : unexpected(what, reply, now);
}

const Words = z.object({
  text: z.string().optional().catch(undefined),
  fields: z.record(z.string(), z.unknown()).optional().catch(undefined),
  detail: z.string().optional().catch(undefined),
  message: z.string().optional().catch(undefined),
});

/** Docker Hub's reason, redacted: `text` and `fields` of a bad request, else `detail` or `message` (OpenAPI ValueError, Error). */
function wordsOf(reply: Reply): string {
  const { text, fields = {}, detail, message } = readBody(Words, reply) ?? {};
  const named = Object.entries(fields).map(([field, what]) => `${field}: ${shown(what)}`);
  const unsaid = named.filter((one) => !text?.includes(one));
  return redact([text, ...unsaid].filter(Boolean).join("; ") || detail || message || "");
}

function shown(complaint: unknown): string {
  return typeof complaint === "string" ? complaint : JSON.stringify(complaint);
}

/**
 * Whole seconds, a day at most, that an answer asks to wait. The API's own limit says it in X-Retry-After, as a
 * UNIX time (OpenAPI, tag rate-limiting); what stands before it, in an ordinary Retry-After. The longer counts.
 */
function waitOf(headers: IncomingHttpHeaders, now: Timestamp): number | undefined {
  const plain = retryAfterSeconds(headers["retry-after"], headers.date, now);
  const unix = unixWait(String(headers["x-retry-after"] ?? ""), headers.date, now);
  return plain === undefined || unix === undefined ? (plain ?? unix) : Math.max(plain, unix);
}

function unixWait(text: string, date: string | undefined, now: Timestamp): number | undefined {
  if (!/^\d+(?:\.\d+)?$/.test(text.trim())) return undefined;
  const at = Number(text);
  // Before 2001 it can be no time: seconds, after all.
  if (at < 1e9) return boundedWait(at);
  const until = new Date(at * 1000).toUTCString();
  return retryAfterSeconds(until, date, now) ?? boundedWait(Number.POSITIVE_INFINITY);
}
