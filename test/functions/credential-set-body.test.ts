import { describe, expect, it } from "vitest";
import { credentialSetBody, showCredentialSet } from "../../src/http/credential-set-body.ts";
import { showOperation } from "../../src/http/operation-body.ts";
import {
  aHold,
  aRecord,
  aRotation,
  aView,
  liveSet,
  newUuid,
  oldUuid,
  unadoptedView,
} from "./set-views.ts";

const shown = (view: Parameters<typeof showCredentialSet>[0]) =>
  credentialSetBody.parse(JSON.parse(JSON.stringify(showCredentialSet(view))));

const policy = {
  mode: "managed",
  account: "contosopull",
  lifetime: "P90D",
  renewBefore: "P30D",
  grace: "P1D",
  retention: "P7D",
  scope: "repo:read",
  canary: "library/alpine:latest",
};

describe("a credential set in an answer", () => {
  it("is told whole", () => {
    const view = aView("docker-hub", {
      remedy: "Nothing much.",
      access: { state: "needed", commands: ["az role assignment create"] },
      toDo: ["Look at it."],
      notes: ["The settings' lifetime was taken."],
    });

    expect(shown(view)).toEqual({
      id: "/registries/contoso/credentialSets/docker-hub",
      name: "docker-hub",
      registry: "contoso",
      loginServer: "docker.io",
      provisioningState: "Succeeded",
      health: { status: "Healthy" },
      remedy: "Nothing much.",
      usernameSecretId: "https://contoso.vault.azure.net/secrets/docker-hub-username",
      passwordSecretId: "https://contoso.vault.azure.net/secrets/docker-hub-token",
      pendingSecretId: "https://contoso.vault.azure.net/secrets/docker-hub-token-pending",
      principalId: "5f0d8e1c-8f6a-4c1a-9f5e-0d8b5b0c2a11",
      access: { state: "needed", commands: ["az role assignment create"] },
      token: {
        uuid: oldUuid,
        kind: "personal",
        expiresOn: "2027-01-31T00:00:00.000Z",
        daysLeft: 70,
        works: "yes",
        checkedAt: "2026-11-21T01:17:00.000Z",
      },
      rotation: {
        ...policy,
        state: "The token is not due yet.",
        next: { what: "Renew the token", at: "2027-01-01T00:00:00.000Z" },
        toDo: ["Look at it."],
        retiring: [],
        last: [],
        adoptedAt: "2026-11-01T09:00:00.000Z",
        adoptedBy: "ada@contoso.com",
      },
      notes: ["The settings' lifetime was taken."],
      etag: '"1"',
    });
  });

  it("has no word on a renewal that is none", () => {
    const set = liveSet("by-hand", {
      health: { status: "Unhealthy", errorCode: "Forbidden", errorMessage: "No." },
      principalId: undefined,
    });
    const told = shown(unadoptedView(set));

    expect(told).toMatchObject({
      health: { status: "Unhealthy", errorCode: "Forbidden", errorMessage: "No." },
      access: { state: "unknown", commands: [] },
    });
    for (const absent of ["rotation", "token", "etag", "pendingSecretId", "principalId", "remedy"])
      expect(told).not.toHaveProperty(absent);
  });

  it("is known from its record alone while ACR has none", () => {
    const told = shown(aView("making", { set: undefined }));

    expect(told).toMatchObject({
      loginServer: "docker.io",
      health: { status: "Unknown" },
      passwordSecretId: "https://contoso.vault.azure.net/secrets/making-token",
    });
    expect(told).not.toHaveProperty("provisioningState");
  });

  it("sorts rotations into running, retiring and ended", () => {
    const running = aRotation({
      id: "contoso-running",
      trigger: "request",
      by: "ada@contoso.com",
      reason: "Lost.",
      hold: aHold(),
    });
    const confirmed = aRotation({ id: "contoso-confirmed", state: "confirmed" });
    const disabled = aRotation({ id: "contoso-disabled", state: "disabled" });
    const failed = aRotation({
      id: "contoso-failed",
      state: "failed",
      endedAt: "2026-11-19T00:00:00.000Z",
      newUuid: undefined,
      newExpiresAt: undefined,
      failure: { code: "CanaryFailed", message: "It was put back.", target: "canary" },
    });
    const record = aRecord("docker-hub", {
      rotations: [disabled, confirmed, running],
      ended: [failed],
      hold: aHold({ code: "VaultUnavailable", message: "The vault did not answer." }),
    });
    const rotation = shown(aView("docker-hub", { record })).rotation;

    expect(rotation).toMatchObject({
      step: "tested",
      operationId: "contoso-running",
      problem: {
        code: "VaultUnavailable",
        message: "The vault did not answer.",
        since: "2026-11-21T01:20:00.000Z",
      },
    });
    expect(rotation?.running).toEqual({
      id: "contoso-running",
      state: "tested",
      trigger: "request",
      by: "ada@contoso.com",
      reason: "Lost.",
      startedAt: "2026-11-21T01:17:00.000Z",
      oldTokenUuid: oldUuid,
      newTokenUuid: newUuid,
      newTokenExpiresOn: "2027-02-19T01:17:00.000Z",
      problem: {
        code: "HubUnavailable",
        message: "Docker Hub did not answer.",
        since: "2026-11-21T01:20:00.000Z",
      },
    });
    expect(rotation?.retiring.map(({ id }) => id)).toEqual([
      "contoso-disabled",
      "contoso-confirmed",
    ]);
    expect(rotation?.last).toEqual([
      {
        id: "contoso-failed",
        state: "failed",
        trigger: "schedule",
        by: "larder",
        startedAt: "2026-11-21T01:17:00.000Z",
        endedAt: "2026-11-19T00:00:00.000Z",
        oldTokenUuid: oldUuid,
        failure: { code: "CanaryFailed", message: "It was put back.", target: "canary" },
      },
    ]);
  });

  it("names the operation already when a rotation is only asked for", () => {
    const asked = {
      id: "contoso-asked",
      at: "2026-11-21T01:59:00.000Z",
      trigger: "request",
      force: false,
      by: "ada@contoso.com",
    } as const;
    const { rotation } = shown(aView("docker-hub", { record: aRecord("docker-hub", { asked }) }));

    expect(rotation?.operationId).toBe("contoso-asked");
    expect(rotation).not.toHaveProperty("running");
    expect(rotation).not.toHaveProperty("step");
  });

  it("tells nothing of how Larder keeps the record", () => {
    const record = aRecord("docker-hub", { rotations: [aRotation({ hold: aHold() })] });
    const text = JSON.stringify(shown(aView("docker-hub", { record })));

    for (const word of [
      "lease",
      "unsaid",
      "Unsaid words",
      "hintedAt",
      "01:59",
      "alarmed",
      "lookAt",
      "said",
      "NewTokenNotSeen",
      "0123456789abcdef",
      "fedcba9876543210",
      '"tries"',
    ])
      expect(text).not.toContain(word);
  });

  it("is a bug when it is a view of nothing", () => {
    const nothing = aView("nothing", { set: undefined, record: undefined });

    expect(() => showCredentialSet(nothing)).toThrow("neither ACR nor Larder");
  });
});

describe("the operation of a rotation", () => {
  it("names its credential set", () => {
    const operation = showOperation({
      id: "contoso-mfzwizltovzwk4q2mfzwizlto4",
      kind: "rotate",
      registry: "contoso",
      resource: "docker-hub",
      status: "Running",
      createdAt: "2026-11-21T01:17:00.000Z",
      updatedAt: "2026-11-21T01:18:00.000Z",
    });

    expect(operation).toMatchObject({
      kind: "rotate",
      resource: "/registries/contoso/credentialSets/docker-hub",
    });
  });
});
