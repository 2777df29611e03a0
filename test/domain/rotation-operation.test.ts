import { describe, expect, it } from "vitest";
import type { RotationState } from "../../src/domain/rotation.ts";
import { operationOf } from "../../src/domain/rotation-operation.ts";
import { newUuid, now, record, rotation } from "./rotation-facts.ts";

const at = "2026-11-21T03:00:00.000Z";
const same = {
  id: "contoso-one",
  kind: "rotate",
  registry: "contoso",
  resource: "docker-hub",
  createdAt: now,
};

describe("the operation of a rotation", () => {
  it("is not started while it is only asked for", () => {
    const asked = {
      id: "contoso-one",
      at: now,
      trigger: "request",
      force: true,
      by: "anna",
    } as const;

    expect(operationOf(record({ asked }), "contoso-one")).toEqual({
      ...same,
      status: "NotStarted",
      updatedAt: now,
    });
  });

  it.each<[RotationState, string]>([
    ["waiting", "Running"],
    ["creating", "Running"],
    ["stored", "Running"],
    ["tested", "Running"],
    ["promoted", "Running"],
    ["rollingBack", "Running"],
    ["discarding", "Running"],
    ["confirmed", "Succeeded"],
    ["quiesced", "Succeeded"],
    ["disabled", "Succeeded"],
  ])("%s is %s", (state, status) => {
    const rotations = [rotation({ state, updatedAt: at })];

    expect(operationOf(record({ rotations }), "contoso-one")).toMatchObject({
      ...same,
      status,
      updatedAt: at,
    });
  });

  it("that is done says what is in use", () => {
    const ended = [rotation({ state: "done", updatedAt: at })];

    expect(operationOf(record({ ended }), "contoso-one")).toEqual({
      ...same,
      updatedAt: at,
      status: "Succeeded",
      result: `The live secret holds token ${newUuid}, and ACR signs in with it.`,
    });
  });

  it("that failed says why", () => {
    const failure = { code: "NewTokenRefused", message: "Docker Hub refuses the new token." };
    const ended = [rotation({ state: "failed", updatedAt: at, failure })];

    expect(operationOf(record({ ended }), "contoso-one")).toEqual({
      ...same,
      updatedAt: at,
      status: "Failed",
      error: failure,
    });
  });

  it("is unknown by another id", () => {
    expect(operationOf(record({ rotations: [rotation()] }), "contoso-two")).toBeUndefined();
  });
});
