import { describe, expect, it } from "vitest";
import { LarderError } from "../../src/domain/errors.ts";
import { rotateCredentialSet } from "../../src/jobs/rotate-credential-set.ts";
import { fail, liveUntil, toldAt } from "./rotation-acts.ts";
import { day, type RotationStage, rotationStage } from "./rotation-stage.ts";

const message = {
  kind: "rotate-credential-set",
  registry: "contoso",
  name: "docker-hub",
} as const;

/** A rotation that waits for its proof and is looked at again and again: ACR never gets the canary. */
async function waiting(): Promise<RotationStage> {
  const stage = rotationStage();
  await stage.adopt();
  await liveUntil(stage, "promoted");
  fail(stage, ["hubLogins.identify"]);
  return stage;
}

describe("the messages of a rotation that waits", () => {
  it("stay as few as they were while the topic is down", async () => {
    const stage = await waiting();
    stage.ports.news.fail(1_000_000);
    await stage.live(2 * day);
    const before = (await stage.live(day)).length;

    await stage.live(5 * day);

    expect((await stage.live(day)).length).toBeLessThanOrEqual(before + 2);
    expect(stage.ports.rotationQueue.waiting().length).toBeLessThanOrEqual(2);
  });

  it("end with one that finds nothing due, however many there are and whatever is untold", async () => {
    const stage = await waiting();
    stage.ports.news.fail(1_000_000);
    await stage.live(day);
    const { rotationQueue, clock } = stage.ports;
    clock.advance(1);
    const before = rotationQueue.waiting().length;

    for (let count = 0; count < 20; count += 1) await rotationQueue.send(message, 0);
    clock.advance(901);
    for (const one of rotationQueue.take()) await rotateCredentialSet(stage.ports, one);

    expect(stage.record().unpublished).not.toEqual([]);
    expect(rotationQueue.waiting().length).toBeLessThanOrEqual(before + 1);
  });

  it("end where nothing is near", async () => {
    const stage = rotationStage({ daysLeft: 80 });
    await stage.adopt();
    await stage.live(3600);
    const { rotationQueue } = stage.ports;
    rotationQueue.take();

    await rotationQueue.send(message, 0);
    await stage.live(60);

    expect(rotationQueue.waiting()).toEqual([]);
  });
});

describe("what the topic was not told", () => {
  it("is told again at most every quarter of an hour, and what is new at once", async () => {
    const stage = await waiting();
    stage.ports.news.fail(1_000_000);
    const before = stage.told().length;

    await stage.live(2 * day);

    const ids = stage.ports.news.told.slice(before).map(({ id }) => id);
    const most = Math.max(...[...new Set(ids)].map((id) => ids.filter((one) => one === id).length));
    expect(most).toBeLessThanOrEqual(2 * 24 * 4 + 1);
    expect(stage.record().tellAfter).toBeDefined();
    for (const { at, id } of stage.record().unpublished)
      expect(stage.ports.news.told.find((one) => one.id === id)?.at).toBe(at);
  });

  it("is not told again by every worker that has something to do", async () => {
    const stage = await waiting();
    stage.ports.news.fail(1_000_000);
    await stage.live(1800);
    const [first] = stage.record().unpublished;

    for (let minute = 0; minute < 60; minute += 1) {
      await stage.adopt();
      await stage.live(60);
    }

    const told = stage.ports.news.told.filter(({ id }) => id === first?.id);
    expect(told.length).toBeLessThanOrEqual(8);
  });

  it("is told by the sweep once the topic answers", async () => {
    const stage = await waiting();
    stage.ports.interruptions.interrupt("announcer.announce", "before", unanswered, 1_000_000);
    await stage.live(day);
    expect(stage.record().unpublished).not.toEqual([]);
    stage.ports.interruptions.clear();

    await stage.live(2 * 3600);

    expect(stage.record().unpublished).toEqual([]);
    expect(stage.record().tellAfter).toBeUndefined();
  });
});

describe("a fault that lasts", () => {
  it("is told hourly at most, and waited for longer and longer, when two take turns", async () => {
    const stage = rotationStage();
    await stage.adopt();
    await liveUntil(stage, "creating");
    let calls = 0;
    const inTurn = () => {
      calls += 1;
      throw fault(calls % 2 ? "ServerBusy" : "TimedOut");
    };
    stage.ports.interruptions.interrupt("accessTokens.list", "before", inTurn, 1_000_000);

    await stage.live(day);

    expect(toldAt(stage, "RotationStepFailed").length).toBeLessThanOrEqual(25);
    expect(calls).toBeLessThan(40);
    expect(stage.record().rotations[0]?.hold?.tries).toBeGreaterThan(20);
  });

  it("is told within the hour when it follows another that passed", async () => {
    const stage = rotationStage();
    await stage.adopt();
    await liveUntil(stage, "creating");
    const { interruptions } = stage.ports;
    interruptions.interrupt("accessTokens.list", "before", unanswered);
    stage.ports.hub.knobs.createRefusal = "no more tokens";

    await stage.live(2 * 3600);

    expect(toldAt(stage, "RotationStepFailed")).toEqual(["2026-11-21T02:00:00.000Z"]);
    expect(toldAt(stage, "RotationBlocked")).toEqual(["2026-11-21T03:00:30.000Z"]);
  });

  it("is told when it begins and once a day while it stays the same", async () => {
    const stage = rotationStage();
    await stage.adopt();
    await liveUntil(stage, "creating");
    fail(stage, ["accessTokens.create"]);

    await stage.live(3 * day);

    expect(toldAt(stage, "RotationStepFailed")).toHaveLength(3);
  });
});

const fault = (code: string) => new LarderError("unavailable", { code, message: "No answer." });

const unanswered = () => {
  throw fault("ServerBusy");
};
