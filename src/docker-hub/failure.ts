import { LarderError } from "../domain/errors.ts";

export const hubHost = "hub.docker.com";

/*
 * Every failure is a LarderError. Messages are made from statuses, codes and Docker Hub's redacted
 * words, and no cause is kept.
 */

export function unavailable(message: string, retryAfter?: number): LarderError {
  return new LarderError(
    "unavailable",
    { code: "DockerHubUnavailable", message },
    { retryAfterSeconds: retryAfter },
  );
}

export function lacksRight(message: string): LarderError {
  return new LarderError("lacksRight", { code: "DockerHubSessionRefused", message });
}

export function refused(message: string): LarderError {
  return new LarderError("refused", { code: "DockerHubRefused", message });
}

export function noToken(): LarderError {
  const message = "The account has no such access token.";
  return new LarderError("missing", { code: "AccessTokenNotFound", message });
}
