import { durationSeconds } from "./domain/effective-policy.ts";
import type { RotationSettings } from "./domain/rotation-ports.ts";
import type { SettingReader } from "./setting-reader.ts";

/** The settings of renewing tokens; complains where the defaults contradict each other, since no policy could then leave them open. */
export function readRotation(reader: SettingReader): RotationSettings {
  // For its form, as RECONCILE_SCHEDULE.
  reader.read("ROTATION_SCHEDULE");
  const rotation: RotationSettings = {
    defaults: {
      lifetime: reader.read("ROTATION_LIFETIME"),
      renewBefore: reader.read("ROTATION_RENEW_BEFORE"),
      grace: reader.read("ROTATION_GRACE"),
      retention: reader.read("ROTATION_RETENTION"),
    },
    minimumGraceSeconds: reader.read("ROTATION_MINIMUM_GRACE"),
    maximumLifetimeSeconds: reader.read("ROTATION_MAXIMUM_LIFETIME"),
    maximumScope: reader.read("ROTATION_MAXIMUM_SCOPE"),
    vaultsForNewSets: (reader.read("GRANT_VAULTS") ?? []).map((id) =>
      (id.split("/").at(-1) ?? "").toLowerCase(),
    ),
    rotatorVault: reader.read("ROTATOR_VAULT"),
    confirmSeconds: reader.read("ROTATION_CONFIRM_SECONDS"),
    leaseSeconds: reader.read("ROTATION_LEASE_SECONDS"),
    cooldownSeconds: reader.read("ROTATION_COOLDOWN"),
    lastUsed: reader.read("ROTATION_LAST_USED"),
    sweepEverySeconds: reader.read("ROTATION_EVERY_SECONDS"),
  };
  checkDefaults(reader, rotation);
  return rotation;
}

/** Faulty ones, which are undefined here, have been complained of and contradict nothing. */
function checkDefaults(
  { complain }: SettingReader,
  { defaults: { lifetime, renewBefore, grace }, minimumGraceSeconds }: RotationSettings,
): void {
  if (seconds(lifetime) <= seconds(renewBefore))
    complain(
      "ROTATION_LIFETIME",
      `is "${lifetime}", no longer than ROTATION_RENEW_BEFORE, which is "${renewBefore}"`,
    );
  if (seconds(grace) < minimumGraceSeconds)
    complain("ROTATION_GRACE", `is "${grace}", shorter than ROTATION_MINIMUM_GRACE allows`);
}

function seconds(iso: string | undefined): number {
  return iso === undefined ? Number.NaN : durationSeconds(iso);
}
