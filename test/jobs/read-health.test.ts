import { describe, expect, it } from "vitest";
import { LarderError } from "../../src/domain/errors.ts";
import { readHealth } from "../../src/jobs/read-health.ts";
import { reconcileRules } from "../../src/jobs/reconcile-rules.ts";
import { type FakePorts, fakePorts } from "../fakes/ports.ts";

const start = "2026-11-21T02:00:00.000Z";

/** Both timers ran, and well, at the start. */
async function running(): Promise<FakePorts> {
  const ports = fakePorts({ refreshSettings: { sweepEverySeconds: 600 } });
  await reconcileRules(ports);
  await ports.heartbeats.beat("sweep-ran", start);
  await ports.heartbeats.beat("sweep", start);
  return ports;
}

describe("health", () => {
  it("is good while both timers run, each by its own schedule", async () => {
    const ports = await running();
    ports.clock.advance(900);

    expect(await readHealth(ports)).toEqual({
      healthy: true,
      checks: [
        { name: "storage", healthy: true, message: "State storage answers." },
        { name: "reconcile-rules", healthy: true, message: "Reconcile last ran 900 s ago." },
        { name: "sweep", healthy: true, message: "Sweep last ran 900 s ago." },
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
    const ports = fakePorts();
    expect((await readHealth(ports)).healthy).toBe(true);

    ports.clock.advance(901);

    const { checks } = await readHealth(ports);
    expect(checks.map(({ healthy }) => healthy)).toEqual([true, false, false]);
    expect(checks.at(2)?.message).toContain("Sweep has not run yet, and 900 s are allowed");
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
