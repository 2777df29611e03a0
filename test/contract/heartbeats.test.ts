import { describe, expect, it } from "vitest";
import { heartbeatTable } from "../../src/azure/heartbeat-table.ts";
import { fakeHeartbeats } from "../fakes/heartbeats.ts";
import { azuriteStorage } from "./rule-tables.ts";

const storage = azuriteStorage();
const fake = fakeHeartbeats();
const early = "2026-11-21T02:00:00.000Z";
const late = "2026-11-21T02:05:00.000Z";

describe.each([
  { name: "fake", make: () => fake },
  { name: "Table Storage", make: () => heartbeatTable(storage()) },
])("heartbeats: $name", ({ make }) => {
  it("knows nothing of a job that never ended", async () => {
    expect(await make().last("never")).toBeUndefined();
  });

  it("remembers the latest instant, in whatever order they come", async () => {
    await make().beat("reconcile", early);
    expect(await make().last("reconcile")).toBe(early);
    await make().beat("reconcile", late);
    await make().beat("reconcile", early);
    expect(await make().last("reconcile")).toBe(late);
  });

  it("keeps jobs apart", async () => {
    await make().beat("a/b #1", early);
    expect(await make().last("a/b #1")).toBe(early);
    expect(await make().last("a/b #2")).toBeUndefined();
  });

  it("ends with the latest of many at once", async () => {
    const beats = [3, 1, 4, 0, 2].map((minute) => `2026-11-21T03:0${minute}:00.000Z`);
    await Promise.all(beats.map((at) => make().beat("racing", at)));
    expect(await make().last("racing")).toBe("2026-11-21T03:04:00.000Z");
  });
});
