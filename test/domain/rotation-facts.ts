import type { LiveToken, Rotation, RotationRecord } from "../../src/domain/rotation.ts";

/* A credential set and a rotation as the tests of decisions want them: healthy, with nothing to do. */

export const now = "2026-11-21T02:00:00.000Z";
export const oldUuid = "0b1c2d3e-4f50-4a1b-8c2d-3e4f50617283";
export const newUuid = "1c2d3e4f-5061-4b2c-9d3e-4f5061728394";

export const policy: RotationRecord["policy"] = {
  mode: "managed",
  account: "larderbot",
  lifetime: "P90D",
  renewBefore: "P30D",
  grace: "P1D",
  retention: "P7D",
  scope: "repo:read",
};

export const live: LiveToken = {
  version: "v1",
  kind: "personal",
  uuid: oldUuid,
  expiresAt: "2027-02-09T02:00:00.000Z",
  works: "yes",
  checkedAt: now,
};

export function record(changes: Partial<RotationRecord> = {}): RotationRecord {
  return {
    registry: "contoso",
    name: "docker-hub",
    loginServer: "docker.io",
    usernameSecretId: "https://contoso.vault.azure.net/secrets/docker-hub-username",
    passwordSecretId: "https://contoso.vault.azure.net/secrets/docker-hub-token",
    policy,
    adoptedAt: now,
    adoptedBy: "anna",
    live,
    rotations: [],
    ended: [],
    alarmed: { version: "v1", names: [] },
    lookedAt: now,
    lookAt: "2026-11-22T02:00:00.000Z",
    nextAt: "2026-11-22T02:00:00.000Z",
    unsaid: [],
    unpublished: [],
    ...changes,
  };
}

export function rotation(changes: Partial<Rotation> = {}): Rotation {
  return {
    id: "contoso-one",
    state: "creating",
    since: now,
    trigger: "schedule",
    by: "larder",
    startedAt: now,
    updatedAt: now,
    nextAt: now,
    oldUuid,
    newUuid,
    ...changes,
  };
}
