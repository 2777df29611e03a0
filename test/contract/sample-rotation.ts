import type { Announcement } from "../../src/domain/announcement.ts";
import type { Rotation, RotationRecord } from "../../src/domain/rotation.ts";

const at = "2026-11-21T02:00:00.000Z";
const later = "2026-11-22T02:00:00.000Z";
const vault = "https://contoso.vault.azure.net/secrets";
const oldUuid = "0b1c2d3e-4f50-4a1b-8c2d-3e4f50617283";
const newUuid = "1c2d3e4f-5061-4b2c-9d3e-4f5061728394";

export function aRecord(
  registry: string,
  name: string,
  changes: Partial<RotationRecord> = {},
): RotationRecord {
  return {
    registry,
    name,
    loginServer: "docker.io",
    usernameSecretId: `${vault}/docker-hub-username`,
    passwordSecretId: `${vault}/docker-hub-token`,
    policy: {
      mode: "managed",
      account: "contosobot",
      lifetime: "P90D",
      renewBefore: "P30D",
      grace: "P1D",
      retention: "P7D",
      scope: "repo:read",
    },
    adoptedAt: at,
    adoptedBy: "alice",
    rotations: [],
    ended: [],
    alarmed: { version: "", names: [] },
    lookAt: later,
    nextAt: later,
    unsaid: [],
    unpublished: [],
    ...changes,
  };
}

export function aRotation(registry: string, changes: Partial<Rotation> = {}): Rotation {
  return {
    id: `${registry}-mfzwizltovzwk4q2mfzwizlto4`,
    state: "creating",
    since: at,
    trigger: "schedule",
    by: "larder",
    startedAt: at,
    updatedAt: at,
    nextAt: at,
    ...changes,
  };
}

/** A rotation with every optional field filled; messages as long as they get. */
export function fullRotation(registry: string, changes: Partial<Rotation> = {}): Rotation {
  const problem = { code: "NewTokenRefused", message: "m".repeat(600), target: "policy.account" };
  const version = "0123456789abcdef0123456789abcdef";
  return {
    ...aRotation(registry),
    reason: "r".repeat(200),
    healthyBefore: true,
    canaryBefore: false,
    oldUuid,
    oldVersion: version,
    oldExpiresAt: later,
    newUuid,
    newKind: "personal",
    newExpiresAt: "2027-02-19T02:00:00.000Z",
    pendingVersion: version,
    newVersion: version,
    refusedSince: at,
    testedAt: at,
    promotedAt: at,
    touchedAt: at,
    confirmedAt: at,
    quietSince: at,
    disabledAt: at,
    endedAt: at,
    hold: { ...problem, since: at, told: at, tries: 3 },
    failure: problem,
    said: ["NewTokenNotSeen", "RevocationFailed"],
    ...changes,
  };
}

export function anAnnouncement(
  registry: string,
  credentialSet: string,
  changes: Partial<Announcement> = {},
): Announcement {
  return {
    id: "mfzwizltovzwk4q2mfzwizlto4",
    name: "TokenTested",
    at,
    registry,
    credentialSet,
    message: "Docker Hub takes the new token.",
    ...changes,
  };
}

/** A record with every optional field filled, and letters that storage must not mangle. */
export function fullRecord(registry: string, name: string): RotationRecord {
  const told = {
    rotation: `${registry}-mfzwizltovzwk4q2mfzwizlto4`,
    tokenUuid: oldUuid,
    daysLeft: 3,
    message: 'ünï 漢字 "quoted"\nsecond line',
  };
  return {
    ...aRecord(registry, name),
    policy: {
      ...aRecord(registry, name).policy,
      mode: "assisted",
      canary: "library/alpine:latest",
    },
    creates: true,
    live: {
      version: "0123456789abcdef0123456789abcdef",
      kind: "organization",
      uuid: oldUuid,
      expiresAt: later,
      works: "yes",
      checkedAt: at,
    },
    asked: { id: "contoso-a", at, trigger: "request", force: true, by: "bob", reason: "leaked" },
    rotations: [fullRotation(registry, { state: "disabled" }), aRotation(registry)],
    ended: [fullRotation(registry, { state: "failed" })],
    notBefore: later,
    hintedAt: at,
    hold: { code: "VaultForbidden", message: "no get permission", since: at, told: at, tries: 1 },
    alarmed: { version: "0123456789abcdef0123456789abcdef", names: ["TokenExpiresSoon.3"] },
    lookedAt: at,
    lease: { holder: "somebody", until: later },
    unsaid: [anAnnouncement(registry, name, { name: "TokenExpiresSoon", ...told })],
    unpublished: [anAnnouncement(registry, name, { name: "OldTokenInUse", ...told })],
  };
}
