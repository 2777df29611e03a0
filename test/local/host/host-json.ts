import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { parseTimeSpan } from "./time-span.ts";

/** What of host.json the local host plays; times in milliseconds. */
export interface HostSettings {
  readonly routePrefix: string;
  /** Undefined: unbounded. */
  readonly functionTimeoutMs: number | undefined;
  /** Requests in flight before the host answers 429; undefined: no limit. */
  readonly maxOutstandingRequests: number | undefined;
  readonly queues: {
    readonly batchSize: number;
    readonly newBatchThreshold: number;
    readonly maxDequeueCount: number;
    /** How long a message stays invisible after a failure. */
    readonly visibilityTimeoutMs: number;
    readonly maxPollingIntervalMs: number | undefined;
    readonly base64: boolean;
  };
}

const timeSpan = z.string().transform((text, context) => {
  const ms = parseTimeSpan(text);
  if (ms === undefined) context.addIssue({ code: "custom", message: `not a time span: ${text}` });
  return ms ?? 0;
});

const hostJson = z.object({
  version: z.literal("2.0"),
  functionTimeout: z.union([z.literal("-1").transform(() => undefined), timeSpan]).optional(),
  extensions: z
    .object({
      http: z
        .object({ routePrefix: z.string(), maxOutstandingRequests: z.int() })
        .partial()
        .optional(),
      queues: z
        .object({
          batchSize: z.int().min(1).max(32),
          newBatchThreshold: z.int().min(0),
          maxDequeueCount: z.int().min(1),
          visibilityTimeout: timeSpan,
          maxPollingInterval: timeSpan,
          messageEncoding: z.enum(["base64", "none"]),
        })
        .partial()
        .optional(),
    })
    .optional(),
});

/** Half an hour is the default of Flex Consumption (facts/functions.md section 1.6). */
const defaultTimeoutMs = 30 * 60_000;

/** Reads `host.json` of an app. Throws, naming the field, when it is missing or not understood. */
export function readHostJson(appDirectory: string): HostSettings {
  const text = readFileSync(join(appDirectory, "host.json"), "utf8");
  const parsed = hostJson.safeParse(JSON.parse(text));
  if (!parsed.success) throw new Error(`host.json: ${z.prettifyError(parsed.error)}`);
  const { data } = parsed;
  const { http, queues } = data.extensions ?? {};
  const batchSize = queues?.batchSize ?? 16;
  const most = http?.maxOutstandingRequests ?? -1;
  return {
    routePrefix: http?.routePrefix ?? "api",
    functionTimeoutMs: "functionTimeout" in data ? data.functionTimeout : defaultTimeoutMs,
    maxOutstandingRequests: most < 0 ? undefined : most,
    queues: {
      batchSize,
      newBatchThreshold: queues?.newBatchThreshold ?? Math.floor(batchSize / 2),
      maxDequeueCount: queues?.maxDequeueCount ?? 5,
      visibilityTimeoutMs: queues?.visibilityTimeout ?? 0,
      maxPollingIntervalMs: queues?.maxPollingInterval,
      base64: queues?.messageEncoding !== "none",
    },
  };
}
