import { describe, expect, it } from "vitest";
import type { LarderError } from "../../src/domain/errors.ts";
import type { RotationStore } from "../../src/domain/rotation-ports.ts";
import { plusSeconds } from "../../src/domain/time.ts";
import { adoptCredentialSet } from "../../src/jobs/adopt-credential-set.ts";
import { readOperation } from "../../src/jobs/read-operation.ts";
import { requestRotation } from "../../src/jobs/request-rotation.ts";
import { anna } from "./people.ts";
import { liveUntil, liveWorks, place, tokensAtHub, toldAt } from "./rotation-acts.ts";
import { account, day, ids, type RotationStage, rotationStage } from "./rotation-stage.ts";

const wish = { mode: "managed", account, canary: "library/alpine:latest" } as const;

const put = ({ ports }: RotationStage, registry: string, rotation: object = {}) =>
  adoptCredentialSet(
    ports,
    registry,
    "docker-hub",
    { rotation: { ...wish, ...rotation } },
    undefined,
    anna,
  );

describe("a PUT while the worker is at it", () => {
  it("from assisted to managed, right as the worker looks for a person's token, is gone by", async () => {
    const stage = rotationStage();
    await stage.adopt({ mode: "assisted" });
    await stage.live(3000);
    const [waited] = stage.record().rotations;
    expect(waited?.state).toBe("waiting");

    const wanted = { force: true, reason: "it leaked" };
    await requestRotation(stage.ports, "contoso", "docker-hub", wanted, anna);
    stage.ports.interruptions.interrupt("rotations.write", "after", () => put(stage, "contoso"));
    await stage.live(600);

    expect(stage.record().policy.mode).toBe("managed");
    expect(stage.liveUuid()).not.toBe(stage.oldUuid);
    expect(await readOperation(stage.ports, waited?.id ?? "")).toMatchObject({
      status: "Failed",
      error: { code: "RotationReplaced" },
    });
  });

  it("that follows a moved set is kept whole, and stands in the history", async () => {
    const stage = rotationStage({ daysLeft: 80 });
    await stage.adopt();
    await stage.live(3600);
    const moved = "https://contoso.vault.azure.net/secrets/moved";
    place(stage, moved, { expiresAt: plusSeconds(stage.ports.clock.now(), 80 * day) });
    stage.ports.sets.put("contoso", {
      name: "docker-hub",
      passwordSecretId: moved,
      usernameSecretId: ids.username,
    });
    stage.ports.clock.advance(day);

    stage.ports.interruptions.interrupt("rotations.write", "after", () =>
      put(stage, "contoso", { lifetime: "P100D" }),
    );
    await stage.live(600);

    expect(stage.record()).toMatchObject({
      passwordSecretId: moved,
      policy: { lifetime: "P100D" },
    });
    expect(stage.record().hold).toBeUndefined();
    expect(toldAt(stage, "RotationAdopted")).toHaveLength(2);
  });

  it.each(["rotations.write", "pulls.get", "accessTokens.list", "secrets.get"])(
    "of another grace, at %s, loses nothing and doubles nothing",
    async (call) => {
      const stage = rotationStage();
      await stage.adopt();

      stage.ports.interruptions.interrupt(call, "after", () =>
        put(stage, "contoso", { grace: "P2D" }),
      );
      await stage.live(14 * day);

      expect(stage.record()).toMatchObject({ policy: { grace: "P2D" }, rotations: [] });
      expect(toldAt(stage, "OldTokenDisabled")[0]?.slice(0, 10)).toBe("2026-11-23");
      expect(tokensAtHub(stage)).toEqual([stage.liveUuid()]);
      expect(liveWorks(stage)).toBe(true);
    },
  );

  it("makes managed what waits, should it be found so", async () => {
    const stage = rotationStage();
    await stage.adopt({ mode: "assisted" });
    await stage.live(3600);
    const { rotations } = stage.ports;
    const stored = await rotations.get("contoso", "docker-hub");
    const { policy } = stage.record();
    const value = { ...stage.record(), policy: { ...policy, mode: "managed" as const } };
    await rotations.write(value, stored?.etag);

    await stage.live(2 * day);

    expect(stage.liveUuid()).not.toBe(stage.oldUuid);
    expect(toldAt(stage, "TokenConfirmed")).toHaveLength(1);
  });
});

describe("the same PUT again", () => {
  it("changes nothing, says nothing, and does not end the wait after a failure", async () => {
    const stage = rotationStage();
    await stage.adopt();
    stage.ports.hub.knobs.createRefusal = "no more tokens";
    await stage.live(600);
    stage.ports.hub.knobs.createRefusal = undefined;
    await liveUntil(stage, "promoted");
    stage.ports.sets.watchHealth(() => ({ status: "Unhealthy" }));
    await stage.live(3600);
    const { notBefore, revision, lookAt, ended } = stage.record();
    expect(notBefore).toBeDefined();

    for (let hour = 0; hour < 5; hour += 1) {
      await stage.adopt();
      await stage.live(60);
    }

    expect(stage.record()).toMatchObject({ notBefore, lookAt, ended });
    expect(stage.record().revision).toBe(revision);
    expect(toldAt(stage, "RotationAdopted")).toHaveLength(1);
    expect(toldAt(stage, "RotationStarted")).toHaveLength(1);
  });

  it.each<[object, boolean]>([
    [{ grace: "P2D" }, true],
    [{ lifetime: "P100D" }, true],
    [{ canary: "library/busybox:latest" }, true],
    [{ scope: "repo:public_read" }, false],
    [{ mode: "assisted" }, false],
  ])("with %j keeps the wait after a failure: %s", async (change, kept) => {
    const stage = rotationStage();
    await stage.adopt();
    await liveUntil(stage, "promoted");
    stage.ports.sets.watchHealth(() => ({ status: "Unhealthy" }));
    await stage.live(3600);
    const { notBefore } = stage.record();

    await stage.adopt(change);

    expect(notBefore).toBeDefined();
    expect(stage.record().notBefore).toBe(kept ? notBefore : undefined);
  });
});

describe("two PUTs at once for two sets with one secret", () => {
  it("leave one that renews it: the other is refused, or its first look stops it", async () => {
    const stage = rotationStage({ registries: ["contoso", "fabrikam"] });
    stage.ports.sets.put("fabrikam", { name: "docker-hub" });

    const answers = await Promise.allSettled(
      ["contoso", "fabrikam"].map((registry) => put(stage, registry)),
    );
    await stage.live(12 * day);

    const refused = answers.flatMap((one) =>
      one.status === "rejected" ? [(one.reason as LarderError).problem.code] : [],
    );
    const stopped = stage.ports.rotationTable.all().flatMap(({ hold }) => hold?.code ?? []);
    expect([...refused, ...stopped]).toEqual(["SecretRenewedAlready"]);
    expect(tokensAtHub(stage)).toEqual([stage.liveUuid()]);
  });

  it("give a set back to what it was renewed by before", async () => {
    const stage = rotationStage({ daysLeft: 80, registries: ["contoso", "fabrikam"] });
    const { ports } = stage;
    const second = "https://contoso.vault.azure.net/secrets/second";
    place(stage, second, { expiresAt: plusSeconds(ports.clock.now(), 80 * day) });
    ports.sets.put("fabrikam", { name: "docker-hub", passwordSecretId: second });
    await stage.adopt();
    await put(stage, "fabrikam");
    await stage.live(60);
    ports.sets.put("fabrikam", { name: "docker-hub", passwordSecretId: ids.live });

    const answer = adoptCredentialSet(
      { ...ports, rotations: blindBeforeWriting(ports.rotations) },
      "fabrikam",
      "docker-hub",
      { rotation: wish },
      undefined,
      anna,
    );

    await expect(answer).rejects.toMatchObject({ problem: { code: "SecretRenewedAlready" } });
    expect(ports.rotationTable.find("fabrikam", "docker-hub")).toMatchObject({
      passwordSecretId: second,
      revision: 2,
    });
  });

  it("leave the later one without a look, should there be two records, and say so", async () => {
    const stage = rotationStage({ registries: ["contoso", "fabrikam"] });
    await stage.adopt();
    const value = {
      ...stage.record(),
      registry: "fabrikam",
      adoptedAt: plusSeconds(stage.record().adoptedAt, 1),
      unsaid: [],
    };
    await stage.ports.rotations.write(value, undefined);

    await stage.live(12 * day);

    expect(stage.ports.rotationTable.find("fabrikam", "docker-hub")).toMatchObject({
      hold: { code: "SecretRenewedAlready" },
      rotations: [],
      ended: [],
    });
    expect(stage.ports.hub.log.filter(({ kind }) => kind === "created")).toHaveLength(1);
    expect(tokensAtHub(stage)).toEqual([stage.liveUuid()]);
  });
});

/** Lists no record before it has written one, as when another one is written at the same moment. */
function blindBeforeWriting(store: RotationStore): RotationStore {
  let written = false;
  return {
    get: (registry, name) => store.get(registry, name),
    remove: (registry, name, etag) => store.remove(registry, name, etag),
    async list(registry) {
      return written ? store.list(registry) : { records: [], unreadable: [] };
    },
    async write(record, etag) {
      written = true;
      return store.write(record, etag);
    },
  };
}
