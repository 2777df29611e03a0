import type { IncomingHttpHeaders } from "node:http";
import type { RateReading } from "../domain/budget.ts";

const count = /^\s*(\d{1,9})\s*(?:;\s*w=(\d{1,9})\s*)?$/;
/** An account's UUID, or an address. */
const account = /^[\w.:-]{1,100}$/;

/**
 * What Docker Hub's headers say of pulls: "ratelimit-limit: 200;w=21600" (facts/docker-hub.md section 2).
 * None at all is a paid account, or another upstream: only Docker Hub sends them. What is there but
 * cannot be read, ";w=21600" (hub-feedback#2081), is unknown.
 */
export function rateReading(headers: IncomingHttpHeaders): RateReading {
  const source = text(headers["docker-ratelimit-source"])?.trim();
  const who = source !== undefined && account.test(source) ? { account: source } : {};
  const limitText = text(headers["ratelimit-limit"]);
  const remainingText = text(headers["ratelimit-remaining"]);
  if (limitText === undefined && remainingText === undefined) return { kind: "unlimited", ...who };
  const [, limit, window] = count.exec(limitText ?? "") ?? [];
  const [, remaining] = count.exec(remainingText ?? "") ?? [];
  const windowSeconds = Number(window);
  // A window of nothing is no window.
  if (limit === undefined || remaining === undefined || !(windowSeconds > 0)) {
    return { kind: "unknown", ...who };
  }
  return {
    kind: "limited",
    limit: Number(limit),
    remaining: Number(remaining),
    windowSeconds,
    ...who,
  };
}

function text(value: string | string[] | undefined): string | undefined {
  return typeof value === "string" ? value : value?.join(", ");
}
