import type { CredentialSet } from "../domain/credential-set.ts";
import { tooWide } from "../domain/describe-new-token.ts";
import { liveAlarms } from "../domain/judge-live-token.ts";
import type { LiveToken, RotationRecord } from "../domain/rotation.ts";
import type { LiveReading } from "./live-token.ts";
import type { RotationSite, Told } from "./rotation-site.ts";

type Alarm = ReturnType<typeof liveAlarms>[number];

/** What is to be told of the live token and the set's health, once for each version of the secret. */
export function newAlarms(
  { ports, desk }: RotationSite,
  seen: {
    readonly live: LiveToken | undefined;
    readonly reading: LiveReading;
    readonly set: CredentialSet;
  },
  now: string,
  begun: boolean,
): { readonly tell: readonly Told[]; readonly alarmed: RotationRecord["alarmed"] } {
  const { live, reading, set } = seen;
  const record = desk.record();
  const version = live?.version ?? "";
  const before = record.alarmed.version === version ? record.alarmed.names : [];
  const alarms: readonly Alarm[] = live
    ? [
        ...liveAlarms(record, live, now),
        ...scopeAlarms(record, live, reading, ports.rotationSettings.maximumScope),
        ...healthAlarms(set),
      ]
    : [];
  // What a rotation was just begun for is given a day.
  const fresh = alarms.filter(
    ({ key, name }) => !before.includes(key) && !(begun && mended.includes(name)),
  );
  return {
    tell: fresh.map(({ name, message, daysLeft }) => ({
      name,
      message,
      daysLeft,
      tokenUuid: live?.uuid,
    })),
    alarmed: { version, names: [...before, ...fresh.map(({ key }) => key)] },
  };
}

/** What another token puts right. */
const mended: readonly Alarm["name"][] = ["TokenExpiresSoon", "ScopeTooWide"];

function healthAlarms({ name, health }: CredentialSet): readonly Alarm[] {
  const { status, errorCode } = health;
  if (status !== "Unhealthy") return [];
  const message = `ACR calls credential set "${name}" unhealthy: ${errorCode ?? "no code"}. GET it from Larder to read what to do.`;
  return [
    { name: "CredentialSetUnhealthy", key: `CredentialSetUnhealthy-${errorCode ?? ""}`, message },
  ];
}

/** Of a token that somebody else put there: what Larder puts there it has tested, and told. */
function scopeAlarms(
  record: RotationRecord,
  { since }: LiveToken,
  { identity }: LiveReading,
  maximum: RotationSite["ports"]["rotationSettings"]["maximumScope"],
): readonly Alarm[] {
  if (since !== undefined || identity === undefined || identity === "refused") return [];
  const message = tooWide(record, identity, maximum);
  return message === undefined ? [] : [{ name: "ScopeTooWide", key: "ScopeTooWide", message }];
}
