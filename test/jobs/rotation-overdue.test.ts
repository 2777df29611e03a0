import { describe, expect, it } from "vitest";
import { rotationsJob, rotationsRan } from "../../src/domain/heartbeat-names.ts";
import { readHealth } from "../../src/jobs/read-health.ts";
import { rotateCredentialSet } from "../../src/jobs/rotate-credential-set.ts";
import { sweepRotations } from "../../src/jobs/sweep-rotations.ts";
import { busy, messages, toldAt } from "./rotation-acts.ts";
import { day, type RotationStage, rotationStage } from "./rotation-stage.ts";

/* A worker that meets its end each time tells nobody; the sweep does. */

const message =
  "Nobody has got through with what is to be done for it since 2026-11-22T02:00:00.000Z. The log of the function rotationWork says why; the message may lie in the queue rotation-work-poison.";

async function work({ ports }: RotationStage): Promise<void> {
  for (const order of ports.rotationQueue.take()) await rotateCredentialSet(ports, order);
}

/** Sweeps and workers, which all fail, for some hours. Answers what the failed sweeps said, by hour. */
async function fruitless(
  stage: RotationStage,
  hours: number,
): Promise<Readonly<Record<number, string>>> {
  const said: Record<number, string> = {};
  for (let hour = 0; hour < hours; hour += 1) {
    await sweepRotations(stage.ports).catch((error: Error) => {
      said[hour] = error.message;
    });
    await expect(work(stage)).rejects.toThrow("a bug");
    stage.ports.clock.advance(3600);
  }
  return said;
}

/** Looked at well once; when the next look is due, a day later, there is a bug. */
async function withBug(): Promise<RotationStage> {
  const stage = rotationStage({ daysLeft: 80 });
  await stage.adopt();
  await work(stage);
  stage.ports.clock.advance(day);
  const bug = () => {
    throw new TypeError("a bug");
  };
  stage.ports.interruptions.interrupt("credentialSets.list", "before", bug, 1_000_000);
  return stage;
}

describe("a set that no worker gets through with", () => {
  it("fails the sweep after a day and three sweeps, and is an alarm then and once a day", async () => {
    const stage = await withBug();

    const said = await fruitless(stage, 81);

    expect(Object.keys(said).map(Number)).toEqual(Array.from({ length: 54 }, (_, n) => 27 + n));
    expect(said[27]).toBe(
      `contoso: 1 credential sets renewed, 1 with something to do, credential set "docker-hub": ${message}`,
    );
    expect(toldAt(stage, "RotationOverdue")).toEqual([
      "2026-11-23T05:00:00.000Z",
      "2026-11-24T05:00:00.000Z",
      "2026-11-25T05:00:00.000Z",
    ]);
    expect(stage.ports.news.told.find(({ name }) => name === "RotationOverdue")).toMatchObject({
      registry: "contoso",
      credentialSet: "docker-hub",
      message,
      daysLeft: 77,
    });
    const { entries } = await stage.ports.history.list("contoso", { limit: 3 });
    expect(entries).toMatchObject(
      Array.from({ length: 3 }, () => ({
        event: "rotationOverdue",
        resource: "docker-hub",
        by: "larder",
        message,
      })),
    );
  });

  it("turns health bad, and good again when somebody gets through", async () => {
    const stage = await withBug();
    const check = async () =>
      (await readHealth(stage.ports)).checks.find(({ name }) => name === "rotations");
    await check();

    await fruitless(stage, 30);
    expect(await stage.ports.heartbeats.last(rotationsJob)).toBe("2026-11-23T04:00:00.000Z");
    expect(await stage.ports.heartbeats.last(rotationsRan)).toBe("2026-11-23T07:00:00.000Z");
    expect(await check()).toMatchObject({
      healthy: false,
      message: expect.stringContaining("has not succeeded for 14400 s"),
    });
    stage.ports.interruptions.clear();
    await sweepRotations(stage.ports).catch(() => undefined);
    await work(stage);
    stage.ports.clock.advance(3600);
    await sweepRotations(stage.ports);

    expect(await check()).toMatchObject({ healthy: true });
    expect(messages(stage, "RotationOverdue")).toHaveLength(1);
  });

  it("does not change the record", async () => {
    const stage = await withBug();
    await fruitless(stage, 27);
    const before = stage.ports.rotationTable.texts();

    await expect(sweepRotations(stage.ports)).rejects.toThrow("Nobody has got through");

    expect(stage.ports.rotationTable.texts()).toEqual(before);
    expect(messages(stage, "RotationOverdue")).toHaveLength(1);
  });

  it("is told to log and topic when the history is what fails", async () => {
    const stage = await withBug();
    stage.ports.interruptions.interrupt("history.append", "before", busy(), 1_000_000);

    const said = await fruitless(stage, 28);

    expect(said[27]).toMatch(/, ServerBusy: The far end is busy\.$/);
    expect(messages(stage, "RotationOverdue")).toEqual([message]);
  });

  it("is not what a set is that nobody was sent to, because the sweep stood still", async () => {
    const stage = rotationStage({ daysLeft: 20 });
    await stage.adopt();
    await sweepRotations(stage.ports);
    stage.ports.rotationQueue.take();
    stage.ports.clock.advance(3 * day);

    expect(await sweepRotations(stage.ports)).toMatch(/1 with something to do$/);

    expect(messages(stage, "RotationOverdue")).toEqual([]);
  });
});
