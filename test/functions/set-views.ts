import type { CredentialSet } from "../../src/domain/credential-set.ts";
import type { CredentialSetView } from "../../src/domain/credential-set-view.ts";
import type { Hold, Rotation, RotationRecord } from "../../src/domain/rotation.ts";

export const oldUuid = "b30bbf97-506c-4ecd-aabc-842f3cb484fb";
export const newUuid = "7f1c2d9e-50a4-4a57-9b1c-20f6f3c2c0d5";

const vault = "https://contoso.vault.azure.net/secrets";

export function liveSet(name: string, rest: Partial<CredentialSet> = {}): CredentialSet {
  return {
    name,
    loginServer: "docker.io",
    usernameSecretId: `${vault}/${name}-username`,
    passwordSecretId: `${vault}/${name}-token`,
    health: { status: "Healthy" },
    principalId: "5f0d8e1c-8f6a-4c1a-9f5e-0d8b5b0c2a11",
    provisioningState: "Succeeded",
    ...rest,
  };
}

/** In every field that a rotation may have. */
export function aRotation(rest: Partial<Rotation> = {}): Rotation {
  return {
    id: "contoso-mfzwizltovzwk4q2mfzwizlto4",
    state: "tested",
    since: "2026-11-21T01:18:00.000Z",
    trigger: "schedule",
    by: "larder",
    startedAt: "2026-11-21T01:17:00.000Z",
    updatedAt: "2026-11-21T01:18:00.000Z",
    nextAt: "2026-11-21T01:19:00.000Z",
    oldUuid,
    oldVersion: "0123456789abcdef",
    oldExpiresAt: "2026-12-20T00:00:00.000Z",
    newUuid,
    newKind: "personal",
    newExpiresAt: "2027-02-19T01:17:00.000Z",
    pendingVersion: "fedcba9876543210",
    said: ["NewTokenNotSeen"],
    ...rest,
  };
}

export function aHold(rest: Partial<Hold> = {}): Hold {
  return {
    code: "HubUnavailable",
    message: "Docker Hub did not answer.",
    since: "2026-11-21T01:20:00.000Z",
    told: "2026-11-21T01:20:00.000Z",
    tries: 3,
    ...rest,
  };
}

export function aRecord(name: string, rest: Partial<RotationRecord> = {}): RotationRecord {
  return {
    registry: "contoso",
    name,
    loginServer: "docker.io",
    usernameSecretId: `${vault}/${name}-username`,
    passwordSecretId: `${vault}/${name}-token`,
    policy: {
      mode: "managed",
      account: "contosopull",
      lifetime: "P90D",
      renewBefore: "P30D",
      grace: "P1D",
      retention: "P7D",
      scope: "repo:read",
      canary: "library/alpine:latest",
    },
    adoptedAt: "2026-11-01T09:00:00.000Z",
    adoptedBy: "ada@contoso.com",
    live: {
      version: "0123456789abcdef",
      kind: "personal",
      uuid: oldUuid,
      expiresAt: "2027-01-31T00:00:00.000Z",
      works: "yes",
      checkedAt: "2026-11-21T01:17:00.000Z",
    },
    rotations: [],
    ended: [],
    hintedAt: "2026-11-21T01:59:00.000Z",
    alarmed: { version: "0123456789abcdef", names: ["TokenExpiresSoon14"] },
    lookAt: "2026-11-22T01:17:00.000Z",
    nextAt: "2026-11-22T01:17:00.000Z",
    lease: { holder: "lease-holder", until: "2026-11-21T02:05:00.000Z" },
    unsaid: [
      {
        id: "unsaid-1",
        name: "RotationStarted",
        at: "2026-11-21T01:17:00.000Z",
        registry: "contoso",
        credentialSet: name,
        message: "Unsaid words.",
      },
    ],
    unpublished: [],
    ...rest,
  };
}

/** A healthy set whose token is not due; without a record when `record` is given as undefined. */
export function aView(name: string, rest: Partial<CredentialSetView> = {}): CredentialSetView {
  return {
    registry: "contoso",
    name,
    set: liveSet(name),
    access: { state: "granted", commands: [] },
    record: aRecord(name),
    etag: '"1"',
    daysLeft: 70,
    state: "The token is not due yet.",
    next: { what: "Renew the token", at: "2027-01-01T00:00:00.000Z" },
    toDo: [],
    notes: [],
    ...rest,
  };
}

/** As ACR alone shows it. */
export function unadoptedView(set: CredentialSet): CredentialSetView {
  const access = { state: "unknown", commands: [] } as const;
  return { registry: "contoso", name: set.name, set, access, etag: "", toDo: [], notes: [] };
}
