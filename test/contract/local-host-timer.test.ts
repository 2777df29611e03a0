import { BlobServiceClient } from "@azure/storage-blob";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Stage } from "./fixtures/host-app/start.ts";
import { stage } from "./fixtures/host-app/start.ts";

let set: Stage;
beforeEach(async () => {
  set = await stage("2026-11-21T02:02:00.000Z");
});
afterEach(() => set.close());

interface Seen {
  readonly isPastDue: boolean;
  readonly scheduleStatus: { readonly last: string; readonly next: string } | null;
}
const seen = (name: string) => set.recorder.values(name) as Seen[];
const soon = { timeout: 10_000 };
const minutes = 60_000;

async function stored(): Promise<unknown> {
  const blob = BlobServiceClient.fromConnectionString(set.storage)
    .getContainerClient("azure-webjobs-hosts")
    .getBlobClient("timers/host-app/Host.Functions.sweep/status");
  return JSON.parse((await blob.downloadToBuffer()).toString());
}

/** Fires what is due and waits until the timers have planned their next runs. */
async function advance(ms: number): Promise<void> {
  const planned = set.scheduler.planned();
  set.scheduler.advance(ms);
  await expect.poll(() => set.scheduler.planned(), soon).toBe(planned);
}

/** Only the timer named runs. */
const only = (name: string) =>
  Object.fromEntries(
    ["sweep", "everySecond", "atStart"]
      .filter((one) => one !== name)
      .map((one) => [`AzureWebJobs.${one}.Disabled`, "1"]),
  );

describe("timer triggers", () => {
  it("wait for the schedule and keep their status", async () => {
    await set.start({ env: only("sweep") });
    expect(await stored()).toEqual({
      Last: "0001-01-01T00:00:00",
      Next: "2026-11-21T02:05:00.000+00:00",
      LastUpdated: "2026-11-21T02:02:00.000+00:00",
    });

    await advance(3 * minutes);

    await expect.poll(() => seen("sweep").length, soon).toBe(1);
    expect(seen("sweep")).toMatchObject([
      { isPastDue: false, scheduleStatus: { next: "2026-11-21T02:05:00.000+00:00" } },
    ]);
    expect(await stored()).toEqual({
      Last: "2026-11-21T02:05:00.000+00:00",
      Next: "2026-11-21T02:10:00.000+00:00",
      LastUpdated: "2026-11-21T02:05:00.000+00:00",
    });
  });

  it("make up many missed runs by one, past due, at the next start", async () => {
    const host = await set.start({ env: only("sweep") });
    await host.stop();
    set.scheduler.advance(60 * minutes);

    await set.start({ env: only("sweep") });
    await advance(1);

    expect(seen("sweep")).toMatchObject([{ isPastDue: true }]);
    expect(await stored()).toMatchObject({ Next: "2026-11-21T03:05:00.000+00:00" });
  });

  it("are not past due when the schedule was changed meanwhile", async () => {
    const host = await set.start({ env: only("sweep") });
    await host.stop();
    set.scheduler.advance(60 * minutes);

    await set.start({ env: { ...only("sweep"), SWEEP_SCHEDULE: "0 */7 * * * *" } });
    await advance(1);

    expect(seen("sweep")).toEqual([]);
    expect(await stored()).toMatchObject({ Next: "2026-11-21T03:07:00.000+00:00" });
  });

  it("run at start-up when asked to", async () => {
    await set.start({ env: only("atStart") });
    await advance(1);

    expect(seen("atStart")).toMatchObject([{ isPastDue: false }]);
  });

  it("never overlap: the next run waits for the one before, then comes at once", async () => {
    const release = set.recorder.hold("sweep");
    await set.start({ env: only("sweep") });
    set.scheduler.advance(3 * minutes);
    await expect.poll(() => seen("sweep").length, soon).toBe(1);

    set.scheduler.advance(30 * minutes);
    expect(set.scheduler.planned()).toBe(0);
    release();
    await expect.poll(() => set.scheduler.planned(), soon).toBe(1);
    await advance(1);

    await expect.poll(() => seen("sweep").length, soon).toBe(2);
  });

  it("go on after a run that failed", async () => {
    set.recorder.fail("sweep", 1, "no luck");
    await set.start({ env: only("sweep") });

    await advance(3 * minutes);
    await advance(5 * minutes);

    expect(seen("sweep")).toHaveLength(2);
    expect(set.log.join("\n")).toMatch(/Executed 'Functions.sweep' \(Failed, .*\): Error: no luck/);
  });

  it("under a minute have no status, and are never past due", async () => {
    const host = await set.start({ env: only("everySecond") });
    await host.stop();
    set.scheduler.advance(60 * minutes);

    await set.start({ env: only("everySecond") });
    await advance(1000);

    expect(seen("everySecond")).toEqual([
      { schedule: { adjustForDST: true }, scheduleStatus: null, isPastDue: false },
    ]);
  });

  it("that fire early do not plan the same instant again", async () => {
    await set.start({ env: only("sweep"), scheduler: skewed() });
    set.scheduler.advance(3 * minutes - 20);

    await expect.poll(() => seen("sweep").length, soon).toBe(1);
    await expect.poll(stored, soon).toMatchObject({
      Last: "2026-11-21T02:05:00.000+00:00",
      Next: "2026-11-21T02:10:00.000+00:00",
    });
  });

  it("with a schedule that is none stop the start", async () => {
    const env = { ...only("sweep"), SWEEP_SCHEDULE: "often" };

    await expect(set.start({ env })).rejects.toThrow(
      "The schedule expression 'often' was not recognized",
    );
  });
});

/** Wakes its callers 20 ms too soon. */
function skewed() {
  const { scheduler } = set;
  return { ...scheduler, after: (ms: number, run: () => void) => scheduler.after(ms - 20, run) };
}
