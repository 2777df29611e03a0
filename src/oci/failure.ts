import { LarderError } from "../domain/errors.ts";
import { type Reply, textOf } from "./exchange.ts";
import { notPublicCode } from "./public-address.ts";
import { upstreamRetryAfter } from "./retry-after.ts";

/*
 * Every failure is a LarderError: `unavailable` could not be asked, `forbidden` may not be read,
 * `refused` bad login. Messages are made from hosts, statuses and codes only, and no cause is kept:
 * Docker Hub's 429 text holds the user name and a token id (facts/docker-hub.md section 2).
 */

export function unavailable(message: string, retryAfter?: number): LarderError {
  return new LarderError(
    "unavailable",
    { code: "UpstreamUnavailable", message },
    { retryAfterSeconds: retryAfter },
  );
}

export function denied(message: string): LarderError {
  return new LarderError("forbidden", { code: "UpstreamDenied", message });
}

export function badLogin(message: string): LarderError {
  return new LarderError("refused", { code: "UpstreamLoginRefused", message });
}

/** `unavailable` for an answer that settles nothing: 429, 5xx, or one nobody expects here. */
export function unexpected(host: string, reply: Reply, request: string): LarderError {
  return unavailable(
    `${host} answered ${statusOf(reply)} to ${request}.`,
    upstreamRetryAfter(reply.headers, textOf(reply), Date.now()),
  );
}

/** The registry's own error code, "MANIFEST_UNKNOWN", where it gave one. */
export function errorCode(reply: Reply): string | undefined {
  return /"code"\s*:\s*"([A-Z][A-Z_]{2,40})"/.exec(textOf(reply))?.[1];
}

/** "429 (TOOMANYREQUESTS)": the status, with the registry's error code. */
export function statusOf(reply: Reply): string {
  const code = errorCode(reply);
  return code === undefined ? String(reply.status) : `${reply.status} (${code})`;
}

/** A host out of somebody else's URL, fit for a message. */
export function shownHost(url: URL): string {
  return `${url.protocol}//${url.host}`.slice(0, 100);
}

/**
 * `unavailable` for a request that got no answer. Only the error's code is told, except that the
 * answer is looked for in what the HTTP parser rejected: Docker Hub's abuse limiter has sent its
 * 429 with bare line feeds (docker/hub-feedback#1907).
 */
export function connectionFailure(host: string, error: unknown, seconds: number): LarderError {
  const { code, rawPacket } = error as { code?: unknown; rawPacket?: unknown };
  const raw = Buffer.isBuffer(rawPacket) ? rawPacket.toString("latin1", 0, 4096) : "";
  if (/^HTTP\/1\.[01] 429\b/.test(raw)) {
    const after = /\nretry-after:[ \t]*([^\r\n]{1,40})/i.exec(raw)?.[1];
    return unavailable(
      `${host} answered 429 to a request.`,
      upstreamRetryAfter({ "retry-after": after }, "", Date.now()),
    );
  }
  if (code === notPublicCode) {
    return unavailable(`${host} has an address that is not public, so it was not asked.`);
  }
  if (code === timeoutCode) {
    return unavailable(`${host} did not answer within ${seconds} seconds.`);
  }
  const shown = typeof code === "string" && /^[A-Z][A-Z0-9_]+$/.test(code) ? code : "unknown error";
  return unavailable(`${host} could not be asked: ${shown}.`);
}

/** Code of the error that a request is ended with when its time is up. */
export const timeoutCode = "REQUEST_TIMEOUT";

/** For a port that never rejects: why nothing was learnt. Whatever is no LarderError is a bug, and not told. */
export function couldNotAsk(error: unknown, name: string) {
  if (!(error instanceof LarderError)) {
    const kind = error instanceof Error ? error.name : "unknown error";
    return {
      kind: "couldNotAsk",
      message: `${name} could not be asked: ${kind} in Larder.`,
    } as const;
  }
  const { problem, retryAfterSeconds } = error;
  return {
    kind: "couldNotAsk",
    message: problem.message,
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  } as const;
}
