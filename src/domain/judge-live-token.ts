import type { AnnouncementName } from "./announcement.ts";
import { termsOf } from "./judge-rotation-policy.ts";
import type { LiveToken, RotationRecord } from "./rotation.ts";
import { daySeconds, plusSeconds, secondsBetween, type Timestamp } from "./time.ts";

/** Days until a token ends, rounded down; negative when it has; undefined when nobody knows. */
export function daysLeft(
  { expiresAt }: Pick<LiveToken, "expiresAt">,
  now: Timestamp,
): number | undefined {
  return expiresAt === undefined
    ? undefined
    : Math.floor(secondsBetween(now, expiresAt) / daySeconds);
}

/**
 * How long before its end a token is renewed, seconds: as the policy has it, but for one that Larder made never in the first half
 * of its life, which Docker Hub may have cut shorter than was asked. Else it would be due again at once, for ever.
 */
export function renewBeforeSeconds(
  { policy }: Pick<RotationRecord, "policy">,
  { since, expiresAt }: Pick<LiveToken, "since" | "expiresAt">,
): number {
  const wanted = termsOf(policy).renewBeforeSeconds;
  if (since === undefined || expiresAt === undefined) return wanted;
  return Math.min(wanted, secondsBetween(since, expiresAt) / 2);
}

/**
 * Why a set's token is to be renewed now, as a clause for people; undefined: it is not. Only the token's own
 * end counts, never that an event came: one that lives under 30 days gets a near-expiry event at once after each
 * renewal (facts/functions.md section 3.1).
 */
export function whyDue(
  record: Pick<RotationRecord, "policy">,
  live: LiveToken | undefined,
  now: Timestamp,
): string | undefined {
  if (!live) return "there is no live token";
  if (live.works === "no") return "Docker Hub refuses the live token";
  if (live.kind === "password") return "the live secret holds the account's password";
  if (live.expiresAt === undefined) return undefined;
  const left = secondsBetween(now, live.expiresAt);
  if (left <= 0) return "the live token has expired";
  return left <= renewBeforeSeconds(record, live)
    ? `the live token ends ${live.expiresAt}`
    : undefined;
}

const shortest = 3600;

/** Seconds before a failed rotation is followed by another: a dead token cannot wait a day, nor can one that will be dead by then. */
export function cooldownOf(live: LiveToken | undefined, now: Timestamp, usual: number): number {
  const dead = !live || live.works === "no";
  const left = dead ? 0 : secondsBetween(now, live.expiresAt ?? never);
  return Math.min(usual, Math.max(shortest, left / 4));
}

/** Later than any end of a token. */
const never = "9999-12-31T00:00:00.000Z";

const thresholds = [1, 3, 7, 14];

/** When a live token becomes due, gives its next alarm, or ends: the instants to look at it besides every day. */
export function turningPoints(
  record: Pick<RotationRecord, "policy">,
  live: Pick<LiveToken, "since" | "expiresAt">,
): readonly Timestamp[] {
  const { expiresAt } = live;
  if (expiresAt === undefined) return [];
  const before = [renewBeforeSeconds(record, live), ...thresholds.map((days) => days * daySeconds)];
  return [...before, 0].map((seconds) => plusSeconds(expiresAt, -seconds));
}

interface Alarm {
  readonly name: AnnouncementName;
  /** Once for each version of the live secret. */
  readonly key: string;
  readonly message: string;
  readonly daysLeft?: number | undefined;
}

/**
 * The alarms a live token gives now, whether or not they were given before. Days count only below `renewBefore`: a token that
 * Larder is not to renew yet is nothing to be woken for; one that a person renews is.
 */
export function liveAlarms(
  { policy, loginServer }: Pick<RotationRecord, "policy" | "loginServer">,
  live: LiveToken,
  now: Timestamp,
): readonly Alarm[] {
  const left = daysLeft(live, now);
  const alarms: Alarm[] = [];
  if (live.works === "no")
    alarms.push({
      name: "LiveTokenRefused",
      key: "LiveTokenRefused",
      message: `Docker Hub refuses the token in the live secret: pulls of ${loginServer} images through the cache fail, or will.`,
    });
  if (left === undefined)
    return live.kind === "password" || live.works === "no"
      ? alarms
      : [
          ...alarms,
          {
            name: "ExpiryUnknown",
            key: "ExpiryUnknown",
            message:
              "Nobody knows when the live token ends: set the expiry of the secret's version, or ask for a rotation now.",
          },
        ];
  if (live.expiresAt !== undefined && live.expiresAt <= now)
    return [
      ...alarms,
      {
        name: "TokenExpired",
        key: "TokenExpired",
        daysLeft: left,
        message: `The live token ended ${live.expiresAt}: pulls of ${loginServer} images through the cache fail.`,
      },
    ];
  const renewBefore = renewBeforeSeconds({ policy }, live);
  const seconds = secondsBetween(now, live.expiresAt ?? now);
  const near = thresholds.find(
    (days) =>
      seconds <= days * daySeconds &&
      (policy.mode === "assisted" || days * daySeconds < renewBefore),
  );
  if (near === undefined) return alarms;
  const message = `The live token ends ${live.expiresAt}, in under ${near === 1 ? "a day" : `${near} days`}, and has not been renewed.`;
  return [
    ...alarms,
    { name: "TokenExpiresSoon", key: `TokenExpiresSoon-${near}`, message, daysLeft: left },
  ];
}
