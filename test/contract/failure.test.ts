import { RestError } from "@azure/data-tables";
import {
  AggregateAuthenticationError,
  AuthenticationError,
  AuthenticationRequiredError,
  CredentialUnavailableError,
} from "@azure/identity";
import { describe, expect, it } from "vitest";
import { failure } from "../../src/azure/failure.ts";
import { redact } from "../../src/azure/redact.ts";
import { LarderError } from "../../src/domain/errors.ts";

const now = Date.parse("2026-11-21T02:00:00.000Z");

/** An answer of a service as the SDKs throw it. */
function answered(statusCode: number, code?: string, headers: Record<string, string> = {}) {
  const get = (name: string) => headers[name];
  const error = new RestError("the service's words", { statusCode, ...(code && { code }) });
  return Object.defineProperty(error, "response", { value: { headers: { get } } });
}

describe("statuses", () => {
  it.each([
    [200, "unavailable", "UnreadableAnswer"],
    [307, "unavailable", "UnreadableAnswer"],
    [400, "refused", "BadRequest"],
    [401, "lacksRight", "Unauthorized"],
    [403, "lacksRight", "Forbidden"],
    [404, "missing", "NotFound"],
    [405, "refused", "BadRequest"],
    [408, "unavailable", "RequestTimeout"],
    [409, "conflict", "Conflict"],
    [412, "stale", "PreconditionFailed"],
    [422, "refused", "BadRequest"],
    [429, "unavailable", "TooManyRequests"],
    [500, "unavailable", "ServerError"],
    [503, "unavailable", "ServerError"],
    [599, "unavailable", "ServerError"],
  ])("%i is %s, by itself %s", (status, reason, code) => {
    expect(failure("look", answered(status), now)).toMatchObject({
      reason,
      problem: { code, message: "Could not look: the service's words" },
    });
    expect(failure("look", answered(status, "OwnCode"), now)).toMatchObject({
      reason,
      problem: { code: "OwnCode" },
    });
  });

  it.each([
    [{ "retry-after": "17" }, 17],
    [{ "retry-after": "Sat, 21 Nov 2026 02:01:30 GMT" }, 90],
    [{ "retry-after": "Sat, 21 Nov 2026 01:00:00 GMT" }, 0],
    [{ "retry-after": "soon" }, undefined],
    [{ "retry-after": "999999999" }, 86_400],
    [{ "retry-after": "-5" }, undefined],
    [{ "retry-after": "Thu, 01 Jan 2099 00:00:00 GMT" }, 86_400],
    [
      {
        "retry-after": "Sat, 21 Nov 2026 05:00:10 GMT",
        date: "Sat, 21 Nov 2026 05:00:00 GMT",
      },
      10,
    ],
    [{ "retry-after-ms": "99999999999" }, 86_400],
    [{ "retry-after-ms": "1500" }, 2],
    [{ "x-ms-retry-after-ms": "250", "retry-after": "60" }, 1],
    [{ "retry-after-ms": "x", "retry-after": "3" }, 3],
    [{}, undefined],
  ])("%j asks for a wait of %s seconds", (headers, seconds) => {
    expect(failure("look", answered(429, undefined, headers), now)).toHaveProperty(
      "retryAfterSeconds",
      seconds,
    );
    expect(failure("look", answered(400, undefined, headers), now)).toHaveProperty(
      "retryAfterSeconds",
      undefined,
    );
  });
});

/** The body of an answer where some SDKs put it. */
const detailed = (status: number, details: object) => Object.assign(answered(status), { details });
const named = (name: string, message = "words") => Object.assign(new Error(message), { name });
const lro = "The long-running operation has failed";

describe("other errors", () => {
  it.each([
    [named("AbortError"), "unavailable", "TimedOut"],
    [named("TimeoutError"), "unavailable", "TimedOut"],
    [new RestError("lost", { code: "REQUEST_SEND_ERROR" }), "unavailable", "ConnectionFailed"],
    [Object.assign(new Error("reset"), { code: "ECONNRESET" }), "unavailable", "ConnectionFailed"],
    [detailed(405, { errors: [{ code: "UNSUPPORTED", message: "no" }] }), "refused", "UNSUPPORTED"],
    [
      detailed(404, { odataError: { code: "TableNotFound", message: { value: "no" } } }),
      "missing",
      "TableNotFound",
    ],
    [new Error(`${lro}. CacheRuleInvalid. The target is taken.`), "refused", "CacheRuleInvalid"],
    [new Error(lro), "refused", "OperationFailed"],
    [new Error("Operation was canceled"), "refused", "OperationCanceled"],
    [new Error("Failed to retrieve 'scope' from challenge"), "refused", "UnexpectedAnswer"],
    [
      new AuthenticationError(400, { error: "invalid_client", error_description: "no" }),
      "lacksRight",
      "invalid_client",
    ],
    [
      new AuthenticationError(429, { error: "throttled", error_description: "no" }),
      "unavailable",
      "throttled",
    ],
    [new AuthenticationError(503, "oops"), "unavailable", "unknown_error"],
    [new CredentialUnavailableError("no endpoint"), "unavailable", "CredentialUnavailable"],
    [
      new AuthenticationRequiredError({ scopes: [], message: "log in" }),
      "lacksRight",
      "AuthenticationRequired",
    ],
    [
      new AggregateAuthenticationError([
        new CredentialUnavailableError("not here"),
        new AuthenticationError(401, { error: "unauthorized_client", error_description: "no" }),
      ]),
      "lacksRight",
      "unauthorized_client",
    ],
    [
      new AggregateAuthenticationError([new CredentialUnavailableError("not here")]),
      "unavailable",
      "CredentialUnavailable",
    ],
  ])("%s is %s %s", (error, reason, code) => {
    expect(failure("look", error, now)).toMatchObject({
      name: "LarderError",
      reason,
      problem: { code },
    });
  });

  it("keeps a failed operation's own words", () => {
    expect(
      failure("create it", new Error(`${lro}. CacheRuleInvalid. The target is taken. Ask again.`)),
    ).toMatchObject({
      problem: { message: "Could not create it: The target is taken. Ask again." },
    });
  });

  it.each([
    new LarderError("stale", { code: "RuleChanged", message: "moved" }),
    new TypeError("a bug"),
    "thrown text",
  ])("passes %s on unchanged", (error) => {
    expect(failure("look", error)).toBe(error);
  });

  it("keeps nothing of the request", () => {
    const error = answered(500);
    Object.defineProperty(error, "request", {
      value: { headers: "Authorization", body: "s3cret" },
    });
    expect((failure("look", error) as LarderError).cause).toBeUndefined();
  });
});

const jwt = "eyJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJ4In0.c2lnbmF0dXJl";

describe("redaction", () => {
  it.each([
    [
      "GET https://x.table.core.windows.net/rules?sv=1&sig=abc%3D failed",
      "GET https://x.table.core.windows.net/rules failed",
    ],
    [`Bearer ${jwt} was refused`, "Bearer [secret] was refused"],
    [`token ${jwt}.`, "token [secret]."],
    ["login with dckr_pat_aBc-123_x failed", "login with [secret] failed"],
    [
      "AccountName=a;AccountKey=c2VjcmV0==;EndpointSuffix=x",
      "AccountName=a;AccountKey=[secret];EndpointSuffix=x",
    ],
    [
      "grant_type=refresh_token&refresh_token=abc.def&scope=x",
      "grant_type=refresh_token&refresh_token=[secret]&scope=x",
    ],
    ['{"password":"hunter2","user":"me"}', '{"password":"[secret]","user":"me"}'],
    ["client_secret: s3cret, tenant t", "client_secret: [secret], tenant t"],
    ['{"password":"a,b","user":"me"}', '{"password":"[secret]","user":"me"}'],
    ['{"password": "a b;c&d", "user":"me"}', '{"password": "[secret]", "user":"me"}'],
    [String.raw`{"password":"a\"b","user":"me"}`, '{"password":"[secret]","user":"me"}'],
    [
      String.raw`"{\"password\":\"a,b\",\"user\":1}"`,
      String.raw`"{\"password\":\"[secret]\",\"user\":1}"`,
    ],
    ["{'password': 'a,b', 'user': 'me'}", "{'password': '[secret]', 'user': 'me'}"],
    ['"password":"cut off in the mid', '"password":"[secret]'],
    ["password=a,b and more", "password=[secret] and more"],
    ['{"password":"","user":"me"}', '{"password":"[secret]","user":"me"}'],
    ["get https://user:pass@host/x failed", "get https://[secret]@host/x failed"],
    ["get https://user:p@ss@host:8443/x?a=b", "get https://[secret]@host:8443/x"],
    ["amqp://token@host", "amqp://[secret]@host"],
    ["see https://host/@scope/x@1", "see https://host/@scope/x@1"],
    ["code: Forbidden, status 403", "code: Forbidden, status 403"],
    ['{"code":"AuthorizationFailed"}', '{"code":"AuthorizationFailed"}'],
    ["GET /api/rules?code=abcDEF== failed", "GET /api/rules?code=[secret] failed"],
    ["grant_type=authorization_code&code=abc.def", "grant_type=authorization_code&code=[secret]"],
    ["two\r\n  lines\tof words", "two lines of words"],
    ["The code of conduct applies.", "The code of conduct applies."],
    ["x".repeat(601), `${"x".repeat(599)}…`],
  ])("makes %j fit to show", (given, shown) => {
    expect(redact(given)).toBe(shown);
  });
});
