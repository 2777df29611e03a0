import type { Clock } from "../clock.ts";
import type { Answer } from "../service.ts";
import type { Knobs } from "./knobs.ts";

/** The API's own limit, a minute's window for all callers together (invented: the sources do not say per what). */
export interface Rate {
  /** Counts a request; the 429 when there are too many. */
  spend(forced: boolean): Answer | undefined;
  headers(): Record<string, string>;
}

export function rate(clock: Clock, knobs: Knobs): Rate {
  let since = 0;
  let spent = 0;
  const reset = () => Math.ceil(since / 1000) + 60;
  return {
    spend(forced) {
      if (clock.now() >= since + 60_000) {
        since = clock.now();
        spent = 0;
      }
      spent += 1;
      if (!forced && spent <= knobs.requestsPerMinute) return undefined;
      // A UNIX time, not seconds (OpenAPI, tag rate-limiting).
      return {
        status: 429,
        headers: { "X-Retry-After": String(reset()) },
        body: { detail: "Rate limit exceeded", error: false },
      };
    },
    headers: () => ({
      "X-RateLimit-Limit": String(knobs.requestsPerMinute),
      "X-RateLimit-Remaining": String(Math.max(0, knobs.requestsPerMinute - spent)),
      "X-RateLimit-Reset": String(reset()),
    }),
  };
}
