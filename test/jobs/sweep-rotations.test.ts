import { describe, expect, it } from "vitest";
import { rotationsJob, rotationsRan } from "../../src/domain/heartbeat-names.ts";
import { sweepRotations } from "../../src/jobs/sweep-rotations.ts";
import { busy, messages, toldAt } from "./rotation-acts.ts";
import { day, rotationStage } from "./rotation-stage.ts";

describe("the sweep", () => {
  it("wakes the worker for what is due, and for nothing else", async () => {
    const stage = rotationStage({ daysLeft: 80 });
    await stage.adopt();
    await stage.live(60);

    expect(await sweepRotations(stage.ports)).toBe(
      "contoso: 1 credential sets renewed, 0 with something to do",
    );
    stage.ports.clock.advance(day);
    expect(await sweepRotations(stage.ports)).toBe(
      "contoso: 1 credential sets renewed, 1 with something to do",
    );
    expect(stage.ports.rotationQueue.take()).toEqual([
      { kind: "rotate-credential-set", registry: "contoso", name: "docker-hub" },
    ]);
    expect(await stage.ports.heartbeats.last(rotationsJob)).toBe("2026-11-22T02:01:00.000Z");
  });

  it("does not stop at a registry that fails, but the run fails and health is told only that it ran", async () => {
    const stage = rotationStage({ registries: ["fabrikam", "contoso"] });
    await stage.adopt();
    stage.ports.rotationQueue.take();
    stage.ports.interruptions.interrupt("rotations.list", "before", busy());

    await expect(sweepRotations(stage.ports)).rejects.toThrow(
      "fabrikam: ServerBusy: The far end is busy.; contoso: 1 credential sets renewed, 1 with something to do",
    );
    expect(stage.ports.rotationQueue.take()).toHaveLength(1);
    expect(await stage.ports.heartbeats.last(rotationsJob)).toBeUndefined();
    expect(await stage.ports.heartbeats.last(rotationsRan)).toBe("2026-11-21T02:00:00.000Z");
  });

  it("finds a set whose every message was lost", async () => {
    const stage = rotationStage();
    await stage.adopt();
    stage.ports.rotationQueue.take();

    await stage.live(3600);

    expect(stage.liveUuid()).not.toBe(stage.oldUuid);
  });
});

describe("what is told", () => {
  it("is kept while the topic cannot be reached, told later, and stands in the history once", async () => {
    const stage = rotationStage();
    stage.ports.interruptions.interrupt("announcer.announce", "before", busy(), 1_000_000);
    await stage.adopt();

    await stage.live(1800);
    expect(stage.told()).toEqual([]);
    expect(stage.record().unpublished.map(({ name }) => name)).toContain("TokenConfirmed");
    stage.ports.interruptions.clear();
    await stage.live(3600);

    expect(stage.record().unpublished).toEqual([]);
    expect(stage.told()).toEqual([
      "RotationAdopted",
      "RotationStarted",
      "TokenCreated",
      "TokenTested",
      "TokenPromoted",
      "TokenConfirmed",
    ]);
    const { entries } = await stage.ports.history.list("contoso", { limit: 100 });
    expect(entries.map(({ event, by }) => `${event} ${by}`).toSorted()).toEqual([
      "rotationAdopted anna",
      "rotationStarted larder",
      "tokenConfirmed larder",
      "tokenCreated larder",
      "tokenPromoted larder",
      "tokenTested larder",
    ]);
  });

  it("keeps no rotation waiting for the topic", async () => {
    const stage = rotationStage();
    stage.ports.interruptions.interrupt("announcer.announce", "before", busy(), 1_000_000);
    await stage.adopt();

    await stage.live(9 * day);

    expect(stage.record()).toMatchObject({ rotations: [], ended: [{ state: "done" }] });
    expect(stage.record().unpublished.length).toBeLessThanOrEqual(50);
  });

  it("has an id of its own each, that stays when it is told twice", async () => {
    const stage = rotationStage();
    stage.ports.news.fail(2);
    await stage.adopt();

    await stage.live(3600);

    const { told } = stage.ports.news;
    const pairs = new Set(told.map(({ id, name }) => `${id} ${name}`));
    expect(told.length).toBeGreaterThan(pairs.size);
    expect(new Set(told.map(({ id }) => id)).size).toBe(pairs.size);
  });

  it.each<[string, string]>([
    ["accessTokens.create", "creating"],
    ["hubLogins.identify", "stored"],
    ["credentialSetWriter.touch", "promoted"],
  ])("is an alarm with the state when a step fails: %s", async (call, state) => {
    const stage = rotationStage();
    await stage.adopt();
    const { interruptions } = stage.ports;
    // The look before the rotation asks, too.
    if (call === "hubLogins.identify")
      interruptions.interrupt("accessTokens.create", "after", () =>
        interruptions.interrupt(call, "before", busy()),
      );
    else interruptions.interrupt(call, "before", busy());

    await stage.live(3600);

    expect(messages(stage, "RotationStepFailed")).toEqual([
      `In state "${state}": The far end is busy.`,
    ]);
    expect(toldAt(stage, "TokenConfirmed")).toHaveLength(1);
  });

  it("gives the alarm of each threshold once, as the end of a token comes near", async () => {
    const stage = rotationStage({ daysLeft: 16 });
    stage.ports.hub.knobs.createRefusal = "no more tokens";
    await stage.adopt();

    await stage.live(16 * day + 3600);

    const alarms = stage.ports.news.told.filter(({ name }) => name.startsWith("TokenExp"));
    expect(alarms.map(({ at, name, daysLeft }) => `${at} ${name} ${daysLeft}`)).toEqual([
      "2026-11-23T02:00:00.000Z TokenExpiresSoon 14",
      "2026-11-30T02:00:00.000Z TokenExpiresSoon 7",
      "2026-12-04T02:00:00.000Z TokenExpiresSoon 3",
      "2026-12-06T02:00:00.000Z TokenExpiresSoon 1",
      "2026-12-07T02:00:00.000Z TokenExpired 0",
    ]);
  });
});
