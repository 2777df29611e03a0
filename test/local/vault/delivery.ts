import type { GridEvent, Schema } from "./event-schemas.ts";

export interface Subscription {
  readonly name: string;
  /** Webhook address; for a function the host's /runtime/webhooks/eventgrid?functionName=…&code=…. */
  readonly endpoint: string;
  readonly schema: Schema;
  /** Absent: every type. */
  readonly eventTypes?: readonly string[] | undefined;
}

export interface Delivery {
  readonly subscription: Subscription;
  readonly event: GridEvent;
  /** Tries already made. */
  readonly tries: number;
  /** Milliseconds on the clock. */
  readonly dueAt: number;
}

const backOffSeconds = [10, 30, 60, 300, 600, 1800, 3600];
const maximumTries = 30;
const timeToLiveMs = 86_400_000;
const answerWindowMs = 30_000;
/** Never tried again (newest documentation). */
const hopeless = [400, 403, 413];

/** The delivery to make after one that was answered with `status` (0: not at all); undefined: dead-lettered. */
export function nextTry(
  delivery: Delivery,
  status: number,
  now: number,
  backOffScale: number,
): Delivery | undefined {
  const pause = backOffSeconds[Math.min(delivery.tries, backOffSeconds.length - 1)] ?? 0;
  const dueAt = now + pause * 1000 * backOffScale;
  const tries = delivery.tries + 1;
  const over = tries >= maximumTries || dueAt > delivery.event.at + timeToLiveMs;
  return over || hopeless.includes(status) ? undefined : { ...delivery, tries, dueAt };
}

/** Posts to the subscriber's endpoint; rejects when it does not answer within Event Grid's 30 s. */
export async function post(
  subscription: Subscription,
  kind: "Notification" | "SubscriptionValidation",
  tries: number,
  body: string,
  closing: AbortSignal,
): Promise<{ readonly status: number; readonly text: string }> {
  const type =
    subscription.schema === "EventGridSchema"
      ? "application/json; charset=utf-8"
      : "application/cloudevents+json; charset=utf-8";
  const answer = await fetch(subscription.endpoint, {
    method: "POST",
    headers: {
      "content-type": type,
      "aeg-event-type": kind,
      "aeg-subscription-name": subscription.name.toUpperCase(),
      "aeg-delivery-count": String(tries),
    },
    body,
    signal: AbortSignal.any([closing, AbortSignal.timeout(answerWindowMs)]),
  });
  return { status: answer.status, text: await answer.text() };
}
