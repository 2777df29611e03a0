import { describe, expect, it } from "vitest";
import { describeRotation } from "../../src/domain/describe-rotation.ts";
import type { RotationRecord, RotationState } from "../../src/domain/rotation.ts";
import { live, now, oldUuid, record, rotation } from "./rotation-facts.ts";

const told = (changes: Partial<RotationRecord>) => describeRotation(record(changes), now);
const soon = "2026-11-21T03:00:00.000Z";
const hold = (code: string) => ({
  code,
  message: `Do something about ${code}.`,
  since: now,
  told: now,
  tries: 1,
});

describe("the state of a set's token in words", () => {
  it.each<[string, Partial<RotationRecord>, string]>([
    ["a token that works", {}, "The live token works, and ends in 80 days."],
    [
      "one of unknown end",
      { live: { ...live, expiresAt: undefined } },
      "The live token works, and nobody knows when it ends.",
    ],
    [
      "one that could not be tried",
      { live: { ...live, works: "unknown" } },
      "The live token could not be tried, and ends in 80 days.",
    ],
    ["a refused one", { live: { ...live, works: "no" } }, "Docker Hub refuses the live token."],
    [
      "one that has ended",
      { live: { ...live, expiresAt: "2026-11-20T02:00:00.000Z" } },
      "The live token has expired.",
    ],
    ["none", { live: undefined }, "There is no live token."],
    [
      "a set that is new",
      { live: undefined, lookedAt: undefined },
      "Larder has not looked at it yet.",
    ],
    [
      "a rotation that was asked for",
      { asked: { id: "contoso-one", at: now, trigger: "request", force: true, by: "anna" } },
      "The live token works, and ends in 80 days. A rotation was asked for and begins at once.",
    ],
    [
      "a look that something keeps",
      { hold: hold("CredentialSetMissing") },
      "The live token works, and ends in 80 days. Something keeps it from going on.",
    ],
  ])("%s", (_what, changes, sentence) => {
    expect(told(changes).state).toBe(sentence);
  });

  it.each<[RotationState, string]>([
    ["waiting", "A rotation waits for a person's token in the pending secret."],
    ["creating", "A rotation is making a new token."],
    ["stored", "A rotation is testing the new token, which lies in the pending secret."],
    ["tested", "A rotation has tested the new token."],
    [
      "promoted",
      "A rotation has put the new token into the live secret, and waits until ACR is seen to use it.",
    ],
    ["rollingBack", "A rotation is putting the old token back."],
    ["discarding", "A rotation is taking the new token back, which is not used."],
    ["confirmed", `The old token ${oldUuid} is still valid.`],
    ["quiesced", `The old token ${oldUuid} is still valid.`],
    ["disabled", `The old token ${oldUuid} is disabled.`],
  ])("while a rotation is %s", (state, sentence) => {
    expect(told({ rotations: [rotation({ state })] }).state).toBe(
      `The live token works, and ends in 80 days. ${sentence}`,
    );
  });
});

describe("what comes next, and when", () => {
  it("is the renewal of a token that works", () => {
    expect(told({}).next).toEqual({ what: "renew the token", at: "2027-01-10T02:00:00.000Z" });
  });

  it("is not before the cooldown of a failed rotation is over", () => {
    const due = { ...live, expiresAt: "2026-11-26T02:00:00.000Z" };

    expect(told({ live: due, notBefore: "2026-11-22T02:10:00.000Z" }).next).toEqual({
      what: "renew the token",
      at: "2026-11-22T02:10:00.000Z",
    });
  });

  it("is a look at a token whose end nobody knows", () => {
    expect(told({ live: { ...live, expiresAt: undefined } }).next).toEqual({
      what: "look at the live token",
      at: "2026-11-22T02:00:00.000Z",
    });
  });

  it.each<[RotationState, string]>([
    ["waiting", "look into the pending secret; a new version there brings it forward"],
    ["creating", "make the new token and write it into the pending secret"],
    ["stored", "test the new token"],
    ["tested", "write the new token into the live secret"],
    ["promoted", "see whether ACR uses the new token"],
    ["rollingBack", "write the old token into the live secret again"],
    ["discarding", "delete the new token"],
  ])("is the step of a rotation that is %s", (state, what) => {
    expect(told({ rotations: [rotation({ state, nextAt: soon })] }).next).toEqual({
      what,
      at: soon,
    });
  });

  it("is another try where something keeps the rotation", () => {
    const rotations = [rotation({ nextAt: soon, hold: hold("SecondFactorNeeded") })];

    expect(told({ rotations }).next).toEqual({
      what: "try again: make the new token and write it into the pending secret",
      at: soon,
    });
  });

  it("is the end of the old token, by the policy and not by the next look", () => {
    const quiet = rotation({ state: "confirmed", quietSince: "2026-11-21T01:00:00.000Z" });
    const disabled = rotation({ state: "disabled", disabledAt: "2026-11-20T02:00:00.000Z" });

    expect(told({ rotations: [quiet] }).next).toEqual({
      what: `disable the old token ${oldUuid}, if nobody has used it by then`,
      at: "2026-11-22T01:00:00.000Z",
    });
    expect(told({ rotations: [disabled] }).next).toEqual({
      what: `delete the old token ${oldUuid}`,
      at: "2026-11-27T02:00:00.000Z",
    });
  });
});

describe("what comes next in assisted mode", () => {
  it.each<RotationState>(["confirmed", "quiesced", "disabled"])(
    "is to say what is to be revoked, never to do it: %s",
    (state) => {
      const old = rotation({ state, quietSince: "2026-11-21T01:00:00.000Z" });
      const policy = { ...record({}).policy, mode: "assisted" as const };

      expect(told({ policy, rotations: [old] }).next).toEqual({
        what: `say that the old token ${oldUuid} is to be revoked, unless something still holds it`,
        at: "2026-11-22T01:00:00.000Z",
      });
    },
  );
});

describe("what comes next of a request", () => {
  const asked = {
    id: "contoso-one",
    at: now,
    trigger: "request",
    force: true,
    by: "anna",
  } as const;

  it("is to begin it", () => {
    expect(told({ asked }).next).toEqual({
      what: "begin the rotation that was asked for",
      at: now,
    });
  });

  it("is another try where something keeps it, and it does not claim to begin at once", () => {
    const later = { asked, hold: hold("LiveTokenUnknown"), lookAt: soon, lookedAt: soon };

    expect(told(later).next).toEqual({
      what: "try again: begin the rotation that was asked for",
      at: soon,
    });
    expect(told(later).state).toBe(
      "The live token works, and ends in 80 days. A rotation was asked for. Something keeps it from going on.",
    );
  });
});

describe("what a person is to do", () => {
  it("is nothing while all goes well, or passes by itself", () => {
    const rotations = [rotation({ state: "promoted", hold: hold("NotConfirmedYet") })];

    expect(told({}).toDo).toEqual([]);
    expect(told({ rotations }).toDo).toEqual([]);
  });

  it("is to make a token in assisted mode, in the exact words", () => {
    const rotations = [rotation({ state: "waiting", hold: hold("TokenNeeded") })];

    expect(told({ rotations }).toDo).toEqual([
      'Make an access token for Docker account "larderbot" with scope "repo:read" at https://app.docker.com/settings/personal-access-tokens. Put it into the pending secret with its own expiry: az keyvault secret set --vault-name contoso --name docker-hub-token-pending --file <file> --expires <yyyy-mm-ddThh:mm:ssZ>. Larder tests it, puts it to use and proves it.',
    ]);
  });

  it("is all that only a person can mend, the set itself first and old tokens last; each once", () => {
    const blocked = (code: string) => ({ ...hold(code), blocked: true });
    const waits = { ...hold("OldTokenInUse"), tries: 0 };
    const rotations = [
      rotation({ id: "contoso-zero", state: "confirmed", hold: waits }),
      rotation({ id: "contoso-two", state: "disabled", hold: hold("DockerHubUnavailable") }),
      rotation({ hold: blocked("SecondFactorNeeded") }),
      rotation({ id: "contoso-three", state: "confirmed", hold: blocked("SecondFactorNeeded") }),
    ];

    expect(told({ rotations, hold: blocked("LiveSecretDisabled") }).toDo).toEqual([
      "Do something about LiveSecretDisabled.",
      "Do something about SecondFactorNeeded.",
      "Do something about OldTokenInUse.",
    ]);
  });
});
