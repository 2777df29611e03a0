import { describe, expect, it } from "vitest";
import { LarderError } from "../../src/domain/errors.ts";
import { readHealth } from "../../src/jobs/read-health.ts";
import { reconcileRules } from "../../src/jobs/reconcile-rules.ts";
import { type FakePorts, fakePorts } from "../fakes/ports.ts";

const start = "2026-11-21T02:00:00.000Z";

/** All timers ran, and well, at the start. */
async function running(): Promise<FakePorts> {
  const ports = fakePorts({
    refreshSettings: { sweepEverySeconds: 600 },
    rotationSettings: { sweepEverySeconds: 900 },
    reportEverySeconds: 1200,
  });
  await reconcileRules(ports);
  for (const job of ["sweep", "rotations", "report"])
    for (const beat of [`${job}-ran`, job]) await ports.heartbeats.beat(beat, start);
  return ports;
}

describe("health", () => {
  it("is good while all timers run, each by its own schedule", async () => {
    const ports = await running();
    ports.clock.advance(900);

    expect(await readHealth(ports)).toEqual({
      healthy: true,
      checks: [
        { name: "storage", healthy: true, message: "State storage answers." },
        { name: "reconcile-rules", healthy: true, message: "Reconcile last ran 900 s ago." },
        { name: "sweep", healthy: true, message: "Sweep last ran 900 s ago." },
        { name: "rotations", healthy: true, message: "Rotation sweep last ran 900 s ago." },
        { name: "report", healthy: true, message: "Report last ran 900 s ago." },
      ],
    });
  });

  it("is bad when reconcile is overdue", async () => {
    const ports = await running();
    ports.clock.advance(901);

    expect(await readHealth(ports)).toMatchObject({
      healthy: false,
      checks: [
        { name: "storage" },
        { name: "reconcile-rules", message: expect.stringContaining("901 s ago") },
        { name: "sweep", healthy: true },
        { name: "rotations", healthy: true },
        { name: "report", healthy: true },
      ],
    });
  });

  it("is bad when the sweep is overdue, and says what still works", async () => {
    const ports = await running();
    ports.clock.advance(1801);
    await reconcileRules(ports);

    const { healthy, checks } = await readHealth(ports);

    expect(healthy).toBe(false);
    expect(checks.at(1)).toMatchObject({ healthy: true });
    expect(checks.at(2)).toEqual({
      name: "sweep",
      healthy: false,
      message:
        "Sweep last ran 1801 s ago, and 1800 s are allowed: timers may have stopped. Restart the app; refreshes on demand (POST /api/registries/{registry}/refreshes) still work.",
    });
  });

  it("is bad when the rotation sweep is overdue, and says what still works", async () => {
    const ports = await running();
    ports.clock.advance(2701);
    await reconcileRules(ports);
    for (const beat of ["sweep-ran", "sweep"]) await ports.heartbeats.beat(beat, ports.clock.now());

    const { healthy, checks } = await readHealth(ports);

    expect(healthy).toBe(false);
    expect(checks.map((one) => one.healthy)).toEqual([true, true, true, false, true]);
    expect(checks.at(3)).toEqual({
      name: "rotations",
      healthy: false,
      message:
        "Rotation sweep last ran 2701 s ago, and 2700 s are allowed: timers may have stopped. Restart the app; POST /api/registries/{registry}/credential-sets/{name}/rotate still works.",
    });
  });

  it("is bad when the report is overdue, and says what does not work", async () => {
    const ports = await running();
    ports.clock.advance(3601);
    await reconcileRules(ports);
    for (const beat of ["sweep-ran", "sweep", "rotations-ran", "rotations"])
      await ports.heartbeats.beat(beat, ports.clock.now());

    const { healthy, checks } = await readHealth(ports);

    expect(healthy).toBe(false);
    expect(checks.map((one) => one.healthy)).toEqual([true, true, true, true, false]);
    expect(checks.at(4)?.message).toBe(
      "Report last ran 3601 s ago, and 3600 s are allowed: timers may have stopped. Restart the app; all else goes on, but alerts hear nothing of queues, tags, budgets and credential sets.",
    );
  });

  it("is bad when sweeps come to their end but never succeed", async () => {
    const ports = await running();
    ports.clock.advance(1801);
    await reconcileRules(ports);
    await ports.heartbeats.beat("sweep-ran", ports.clock.now());

    expect((await readHealth(ports)).checks.at(2)).toMatchObject({
      healthy: false,
      message:
        "Sweep last ran 0 s ago, but has not succeeded for 1801 s: its log line names what fails.",
    });
  });

  it("notices timers that never ran after a deployment", async () => {
    const ports = fakePorts({ rotationSettings: { sweepEverySeconds: 300 } });
    expect((await readHealth(ports)).healthy).toBe(true);

    ports.clock.advance(901);

    const { checks } = await readHealth(ports);
    expect(checks.map(({ healthy }) => healthy)).toEqual([true, false, false, false, true]);
    expect(checks.at(2)?.message).toContain("Sweep has not run yet, and 900 s are allowed");
    expect(checks.at(3)?.message).toContain("Rotation sweep has not run yet, and 900 s are");
  });

  it("says when storage does not answer", async () => {
    const ports = fakePorts();
    ports.interruptions.interrupt("heartbeats.last", "before", () => {
      throw new LarderError("unavailable", { code: "ServerBusy", message: "busy" });
    });

    expect(await readHealth(ports)).toEqual({
      healthy: false,
      checks: [
        {
          name: "storage",
          healthy: false,
          message: "State storage does not answer (ServerBusy).",
        },
      ],
    });
  });
});
