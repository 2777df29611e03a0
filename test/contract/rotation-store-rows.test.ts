import { describe, expect, it } from "vitest";
import { rotationTable } from "../../src/azure/rotation-table.ts";
import { rawRotations } from "./raw-rotations.ts";
import { azuriteStorage, freshRegistry } from "./rule-tables.ts";
import { anAnnouncement, aRecord, aRotation, fullRecord, fullRotation } from "./sample-rotation.ts";

/* What only the real table has: rows that people look at, and rows that another version of Larder wrote. */

const storage = azuriteStorage();

const rawTable = () => rawRotations(storage());

async function putRow(registry: string, row: Record<string, unknown>): Promise<void> {
  await rawTable().createTable();
  await rawTable().createEntity({ partitionKey: registry, rowKey: "docker-hub", ...row });
}

const text = (changes: object) =>
  JSON.stringify({ ...aRecord("contoso", "docker-hub"), ...changes });

describe("rows of rotations", () => {
  it("have keys and columns that people can read", async () => {
    const registry = freshRegistry();
    const rotations = [aRotation(registry, { state: "quiesced" }), aRotation(registry)];
    const record = aRecord(registry.toUpperCase(), "Docker-Hub", { rotations });
    await rotationTable(storage()).write(record, undefined);

    expect(await rawTable().getEntity(registry, "docker-hub")).toMatchObject({
      states: "quiesced creating",
      nextAt: "2026-11-22T02:00:00.000Z",
      schema: 1,
    });
  });

  it("of another version are read with newer fields, and keep them", async () => {
    const registry = freshRegistry();
    const record = { ...fullRecord(registry, "docker-hub"), color: "blue" };
    const { ended, unsaid, unpublished, ...rest } = {
      ...record,
      policy: { ...record.policy, jitter: "PT5M" },
      rotations: [{ ...aRotation(registry), mood: "calm" }],
      ended: [{ ...fullRotation(registry), mood: "glad" }],
      unsaid: [{ ...anAnnouncement(registry, "docker-hub"), tone: "low" }],
    };
    await putRow(registry, {
      schema: 1,
      priority: 7,
      body: JSON.stringify(rest),
      ended0: JSON.stringify(ended),
      unsaid0: JSON.stringify(unsaid),
      unpublished0: JSON.stringify(unpublished),
    });
    const store = rotationTable(storage());
    const held = await store.get(registry, "docker-hub");
    await store.write({ ...(held?.value ?? record), adoptedBy: "bob" }, held?.etag);

    const value = { ...rest, ended, unsaid, unpublished };
    expect(held?.value).toEqual(value);
    expect((await store.get(registry, "docker-hub"))?.value).toEqual({
      ...value,
      adoptedBy: "bob",
    });
  });

  it.each([
    ["no body", {}],
    ["another meaning", { schema: 2, body: text({}) }],
    ["a body that is no JSON", { body: "{" }],
    ["a field missing", { body: text({ nextAt: undefined }) }],
    [
      "a state it does not know",
      { body: text({ rotations: [{ ...aRotation("contoso"), state: "pondering" }] }) },
    ],
    [
      "a mode it does not know",
      { body: text({ policy: { ...aRecord("a", "b").policy, mode: "guided" } }) },
    ],
    [
      "a kind it does not know",
      { body: text({ live: { version: "1", kind: "robot", works: "yes", checkedAt: "" } }) },
    ],
    [
      "a state it does not know among the ended",
      {
        body: text({}),
        ended0: JSON.stringify([{ ...aRotation("contoso"), state: "forgotten" }]),
      },
    ],
    [
      "an announcement it does not know",
      {
        body: text({}),
        unpublished0: JSON.stringify([{ ...anAnnouncement("a", "b"), name: "TokenSings" }]),
      },
    ],
    ["a list that is no text", { body: text({}), unsaid0: 7 }],
  ])("with %s are refused, not passed over, with a remedy of their own", async (_case, row) => {
    const registry = freshRegistry();
    await putRow(registry, row);
    const store = rotationTable(storage());
    // Not that it is found again: a rotation is seen nowhere else.
    const problem = {
      code: "RowUnreadable",
      target: "docker-hub",
      message: expect.stringMatching(
        /^Row "docker-hub" of .* cannot be read \(.+\); a newer version of Larder most likely wrote it\. Deploy that version again\. Deleting the row ends the renewal, /,
      ),
    };

    await expect(store.get(registry, "docker-hub")).rejects.toMatchObject({
      reason: "refused",
      problem,
    });
    expect(await store.list(registry)).toEqual({
      records: [],
      unreadable: [{ name: "docker-hub", problem }],
    });
  });

  it("that are too large are refused before they are sent", async () => {
    const registry = freshRegistry();
    const huge = aRecord(registry, "docker-hub", {
      rotations: [aRotation(registry, { reason: "r".repeat(32_000) })],
    });

    await expect(rotationTable(storage()).write(huge, undefined)).rejects.toMatchObject({
      reason: "invalid",
      problem: { code: "RowTooLarge" },
    });
  });
});
