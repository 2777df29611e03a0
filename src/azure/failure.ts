import { LarderError, type Reason } from "../domain/errors.ts";
import { redact } from "./redact.ts";
import { refusalOf } from "./refused-body.ts";
import { azureRetryAfter } from "./retry-after.ts";
import { codeOf, field, headersOf, messageOf, statusOf, textOf } from "./sdk-error.ts";

/*
 * What the Azure SDKs throw, in the domain's words. The SDKs come with several copies of
 * RestError, so errors are told apart by name, not by class. The original is not kept as `cause`:
 * it holds the request with its headers and body, and whoever logs a cause would print them.
 */

interface Trouble {
  readonly reason: Reason;
  readonly code: string;
  readonly message: string;
  readonly retryAfterSeconds?: number | undefined;
}

/** [first status, last status, reason, code when the answer has none]; the first line that fits counts. */
type Line = readonly [number, number, Reason, string];
const unreadable: Line = [0, 399, "unavailable", "UnreadableAnswer"];
const byStatus: readonly Line[] = [
  unreadable,
  [401, 401, "lacksRight", "Unauthorized"],
  [403, 403, "lacksRight", "Forbidden"],
  [404, 404, "missing", "NotFound"],
  [408, 408, "unavailable", "RequestTimeout"],
  [409, 409, "conflict", "Conflict"],
  [412, 412, "stale", "PreconditionFailed"],
  [429, 429, "unavailable", "TooManyRequests"],
  [500, 599, "unavailable", "ServerError"],
  [400, 499, "refused", "BadRequest"],
];

/**
 * The LarderError for anything an SDK threw while it was to `what` ("list the cache rules of contoso").
 * LarderErrors pass unchanged, and so do programming errors (TypeError and its like): those are bugs.
 */
export function failure(what: string, error: unknown, now: number = Date.now()): unknown {
  if (error instanceof LarderError || !(error instanceof Error) || isBug(error)) return error;
  const trouble = readTrouble(error, now);
  return new LarderError(
    trouble.reason,
    { code: trouble.code, message: `Could not ${what}: ${redact(trouble.message)}` },
    {
      retryAfterSeconds: trouble.reason === "unavailable" ? trouble.retryAfterSeconds : undefined,
    },
  );
}

function isBug(error: Error): boolean {
  return ["TypeError", "RangeError", "ReferenceError", "SyntaxError"].includes(error.name);
}

function readTrouble(error: Error, now: number): Trouble {
  const message = refusalOf(error) ?? messageOf(error);
  switch (error.name) {
    case "AbortError":
    case "TimeoutError":
      return { reason: "unavailable", code: "TimedOut", message: "no answer in time." };
    case "CredentialUnavailableError":
      return { reason: "unavailable", code: "CredentialUnavailable", message };
    case "AuthenticationRequiredError":
      return { reason: "lacksRight", code: "AuthenticationRequired", message };
    case "AggregateAuthenticationError":
      return readAggregate(error, now);
    case "AuthenticationError":
      return readAuthentication(error, message);
    default:
      return readAnswer(error, message, now);
  }
}

/** Refused for good if any credential of the chain was turned down; else none could be asked. */
function readAggregate(error: Error, now: number): Trouble {
  const errors = field(error, "errors");
  const parts = Array.isArray(errors) ? errors.filter((one) => one instanceof Error) : [];
  const troubles = parts.map((one) => readTrouble(one, now));
  const refused = troubles.find(({ reason }) => reason !== "unavailable");
  return (
    refused ?? { reason: "unavailable", code: "CredentialUnavailable", message: error.message }
  );
}

/** Entra answers 400 where the identity or its client id is wrong; only throttling and outages pass. */
function readAuthentication(error: Error, message: string): Trouble {
  const status = statusOf(error) ?? 0;
  const passing = status === 0 || status === 429 || status >= 500;
  return {
    reason: passing ? "unavailable" : "lacksRight",
    code: textOf(field(field(error, "errorResponse"), "error")) ?? "AuthenticationFailed",
    message,
  };
}

function readAnswer(error: Error, message: string, now: number): Trouble {
  const status = statusOf(error);
  const code = codeOf(error);
  if (status === undefined) return readUnanswered(message, code);
  const line = byStatus.find(([first, last]) => first <= status && status <= last);
  const [, , reason, fallback] = line ?? unreadable;
  return {
    reason,
    code: code ?? fallback,
    message,
    retryAfterSeconds: azureRetryAfter(headersOf(error), now),
  };
}

/** How core-lro words a failed operation: code and message of the answer are in the text only. */
const failedOperation = /^The long-running operation has failed(?:\. ([^\s.]+)\. (.*))?$/s;

/** A plain Error: a failed operation, a lost connection (which has a code), or the SDK not understanding the answer. */
function readUnanswered(message: string, code: string | undefined): Trouble {
  const operation = failedOperation.exec(message);
  if (operation) {
    const [, own = "OperationFailed", text = message] = operation;
    return { reason: "refused", code: own, message: text };
  }
  if (message === "Operation was canceled")
    return { reason: "refused", code: "OperationCanceled", message };
  if (code === undefined) return { reason: "refused", code: "UnexpectedAnswer", message };
  return { reason: "unavailable", code: "ConnectionFailed", message: `${message} (${code})` };
}
