import { describe, expect, it } from "vitest";
import { rotationTable } from "../../src/azure/rotation-table.ts";
import type { RotationStore } from "../../src/domain/rotation-ports.ts";
import { fakeRotationStore } from "../fakes/rotation-store.ts";
import { rawRotations } from "./raw-rotations.ts";
import { azuriteStorage, freshRegistry } from "./rule-tables.ts";
import { anAnnouncement, aRecord, aRotation, fullRecord, fullRotation } from "./sample-rotation.ts";

const storage = azuriteStorage();
const fake = fakeRotationStore();

interface Case {
  readonly name: string;
  readonly make: () => RotationStore;
  /** Makes a record that is there one that nobody can read. */
  readonly tear: (registry: string, name: string) => unknown;
}

const stores: readonly Case[] = [
  { name: "fake", make: () => fake, tear: (registry, name) => fake.tear(registry, name) },
  {
    name: "Table Storage",
    make: () => rotationTable(storage()),
    tear: (partitionKey, rowKey) =>
      rawRotations(storage()).updateEntity({ partitionKey, rowKey, body: "{" }, "Merge"),
  },
];

const moved = { reason: "stale", problem: { code: "CredentialSetChanged", target: "docker-hub" } };

const none = { records: [], unreadable: [] };

describe.each(stores)("rotation store: $name", ({ make, tear }) => {
  it("knows nothing of a registry nobody wrote to", async () => {
    const registry = freshRegistry();

    expect(await make().list(registry)).toEqual(none);
    expect(await make().get(registry, "docker-hub")).toBeUndefined();
    await make().remove(registry, "docker-hub", 'W/"x"');
    expect(await make().list(registry)).toEqual(none);
  });

  it("gives back everything as it was written, whatever the case of the names", async () => {
    const store = make();
    const registry = freshRegistry();
    const record = fullRecord(registry, "Docker-Hub");
    const etag = await store.write(record, undefined);

    expect(await store.get(registry.toUpperCase(), "dOCKER-hub")).toEqual({ value: record, etag });
    expect(await store.list(registry.toUpperCase())).toEqual({
      records: [{ value: record, etag }],
      unreadable: [],
    });
  });

  it("writes a record anew, lists and all", async () => {
    const store = make();
    const registry = freshRegistry();
    const first = await store.write(fullRecord(registry, "docker-hub"), undefined);
    const next = aRecord(registry, "docker-hub", {
      rotations: [aRotation(registry, { state: "promoted" })],
    });
    const second = await store.write(next, first);

    expect(second).not.toBe(first);
    expect(await store.get(registry, "docker-hub")).toEqual({ value: next, etag: second });
  });

  it("shares no object with whoever wrote or read", async () => {
    const store = make();
    const registry = freshRegistry();
    const record = aRecord(registry, "docker-hub", { rotations: [aRotation(registry)] });
    await store.write(record, undefined);
    (record.rotations as unknown[]).length = 0;
    const held = await store.get(registry, "docker-hub");
    (held?.value.rotations as unknown[] | undefined)?.push(aRotation(registry));

    expect((await store.get(registry, "docker-hub"))?.value.rotations).toEqual([
      aRotation(registry),
    ]);
  });

  it("refuses to make a record twice, and to change or remove one that moved", async () => {
    const store = make();
    const registry = freshRegistry();
    const record = aRecord(registry, "docker-hub");
    await expect(store.write(record, 'W/"x"')).rejects.toMatchObject(moved);
    const old = await store.write(record, undefined);
    const etag = await store.write({ ...record, adoptedBy: "bob" }, old);

    await expect(store.write(record, undefined)).rejects.toMatchObject(moved);
    await expect(store.write(record, old)).rejects.toMatchObject(moved);
    await expect(store.remove(registry, "docker-hub", old)).rejects.toMatchObject(moved);
    expect(await store.get(registry, "docker-hub")).toMatchObject({
      value: { adoptedBy: "bob" },
      etag,
    });
  });

  it("refuses to change one that was removed, and lets it be made anew", async () => {
    const store = make();
    const registry = freshRegistry();
    const record = aRecord(registry, "docker-hub");
    const etag = await store.write(record, undefined);
    await store.remove(registry.toUpperCase(), "DOCKER-HUB", etag);
    await store.remove(registry, "docker-hub", etag);

    expect(await store.get(registry, "docker-hub")).toBeUndefined();
    await expect(store.write(record, etag)).rejects.toMatchObject(moved);
    expect(await store.write(record, undefined)).not.toBe(etag);
  });

  it("lets one of several that write at once through", async () => {
    const registry = freshRegistry();
    const etag = await make().write(aRecord(registry, "docker-hub"), undefined);
    const outcomes = await Promise.allSettled(
      ["alice", "bob", "carol", "dave"].map((adoptedBy) =>
        make().write(aRecord(registry, "docker-hub", { adoptedBy }), etag),
      ),
    );

    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  it("lists all sets of a registry by name, and no others", async () => {
    const store = make();
    const registry = freshRegistry();
    const names = Array.from({ length: 60 }, (_, n) => `set-${String(n).padStart(2, "0")}`);
    for (const name of names.toReversed()) await store.write(aRecord(registry, name), undefined);
    await store.write(aRecord(`${registry}0`, "another"), undefined);

    const { records, unreadable } = await store.list(registry);
    expect(unreadable).toEqual([]);
    expect(records.map(({ value }) => value.name)).toEqual(names);
    expect(new Set(records.map(({ etag }) => etag)).size).toBe(60);
  });

  it("names what cannot be read, and lists the others all the same", async () => {
    const store = make();
    const registry = freshRegistry();
    for (const name of ["a-set", "b-set", "c-set"])
      await store.write(aRecord(registry, name), undefined);
    await tear(registry, "b-set");

    const { records, unreadable } = await store.list(registry);
    expect(records.map(({ value }) => value.name)).toEqual(["a-set", "c-set"]);
    const problem = { code: "RowUnreadable", target: "b-set" };
    expect(unreadable).toMatchObject([{ name: "b-set", problem }]);
    await expect(store.get(registry, "B-set")).rejects.toMatchObject({
      reason: "refused",
      problem,
    });
  });

  it("holds ten ended rotations and fifty long announcements of each kind", async () => {
    const store = make();
    const registry = freshRegistry();
    const told = Array.from({ length: 50 }, (_, n) =>
      anAnnouncement(registry, "docker-hub", {
        id: `id-${n}`,
        message: `"${"m".repeat(498)}"`,
        rotation: fullRotation(registry).id,
        tokenUuid: "0b1c2d3e-4f50-4a1b-8c2d-3e4f50617283",
        daysLeft: 14,
      }),
    );
    const record = {
      ...fullRecord(registry, "docker-hub"),
      ended: Array.from({ length: 10 }, (_, n) =>
        fullRotation(registry, { id: `${registry}-${n}`, state: "failed" }),
      ),
      unsaid: told,
      unpublished: told.toReversed(),
    };
    const etag = await store.write(record, undefined);

    expect(await store.get(registry, "docker-hub")).toEqual({ value: record, etag });
    const less = { ...record, unsaid: told.slice(0, 1), unpublished: [], ended: [] };
    await store.write(less, etag);
    expect((await store.get(registry, "docker-hub"))?.value).toEqual(less);
  });
});
