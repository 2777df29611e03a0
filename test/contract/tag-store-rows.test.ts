import { TableClient } from "@azure/data-tables";
import { describe, expect, it } from "vitest";
import { tagTable } from "../../src/azure/tag-table.ts";
import { azuriteStorage, freshRegistry } from "./rule-tables.ts";
import { aState, aTag, seedTags } from "./sample-tag.ts";

/* What only the real table has: rows that another version of Larder wrote, pages, and work cut short. */

const storage = azuriteStorage();
const nginx = "library/nginx";

async function rawTable(): Promise<TableClient> {
  const held = storage();
  const text = held.kind === "connectionString" ? held.connectionString.reveal() : "";
  const options = { allowInsecureConnection: true };
  const client = TableClient.fromConnectionString(text, "tags", options);
  await client.createTable();
  return client;
}

async function putRow(registry: string, rowKey: string, row: Record<string, unknown>) {
  await (await rawTable()).createEntity({ partitionKey: registry, rowKey, ...row });
}

describe("rows", () => {
  it("have keys and columns that people and filters can read", async () => {
    const registry = freshRegistry();
    await tagTable(storage()).write({
      state: aState(registry),
      etag: undefined,
      put: [
        aTag(registry, "1.27", { status: "stale", dueAt: "2026-11-21T02:00:00.000Z" }),
        aTag(registry, "latest"),
      ],
    });
    const read = async (rowKey: string) => {
      const row = await (await rawTable()).getEntity(registry, rowKey);
      return [row["status"], row["dueAt"], row["schema"]];
    };

    expect(await read("tag:library.~nginx!1.27")).toEqual(["stale", "2026-11-21T02:00:00.000Z", 1]);
    expect(await read("tag:library.~nginx!latest")).toEqual(["fresh", undefined, 1]);
    expect(await read("state:library.~nginx")).toEqual([undefined, undefined, 1]);
  });

  it("of another version are read with newer fields, and keep them", async () => {
    const registry = freshRegistry();
    const state = { ...aState(registry), counts: { fresh: 1, thawing: 2 }, color: "blue" };
    const record = { ...aTag(registry, "latest"), mood: "calm" };
    await putRow(registry, "state:library.~nginx", { body: JSON.stringify(state) });
    await putRow(registry, "tag:library.~nginx!latest", { body: JSON.stringify(record) });
    const store = tagTable(storage());

    const held = await store.state(registry, nginx);
    const tags = await store.range(registry, nginx, undefined, undefined);
    await store.write({ state: held?.value ?? aState(registry), etag: held?.etag, put: tags });

    expect((await store.state(registry, nginx))?.value).toEqual(state);
    expect(await store.range(registry, nginx, undefined, undefined)).toEqual([record]);
  });

  it.each([
    ["no body", {}],
    ["a status it does not know", { body: JSON.stringify(aTag("a", "b")).replace("fresh", "odd") }],
    [
      "a step it does not know",
      {
        body: JSON.stringify({
          ...aTag("a", "b"),
          step: { kind: "moving", to: "", since: "", looks: 0 },
        }),
      },
    ],
  ])("with %s are refused, not passed over", async (_case, row) => {
    const registry = freshRegistry();
    await putRow(registry, "tag:library.~nginx!latest", row);
    const store = tagTable(storage());

    await expect(store.range(registry, nginx, undefined, undefined)).rejects.toMatchObject({
      reason: "refused",
      problem: { code: "RowUnreadable", target: "tag:library.~nginx!latest" },
    });
  });

  it("are read beyond what the service puts on a page", async () => {
    const registry = freshRegistry();
    const store = tagTable(storage());
    const records = Array.from({ length: 1100 }, (_, n) => aTag(registry, `t${n}`));
    await seedTags(store, aState(registry), records);

    const found = await store.range(registry, nginx, undefined, undefined);
    expect(new Set(found.map(({ tag }) => tag)).size).toBe(1100);
    expect((await store.list(registry, { limit: 1050 })).tags).toHaveLength(1050);
  });
});

describe("forgetting", () => {
  it("takes away what is left of a repository without a state", async () => {
    const registry = freshRegistry();
    const body = JSON.stringify(aTag(registry, "latest"));
    await putRow(registry, "tag:library.~nginx!latest", { body });
    const store = tagTable(storage());
    await store.forget(registry, nginx);

    expect(await store.range(registry, nginx, undefined, undefined)).toEqual([]);
  });

  it("leaves no tag without its state while others write", async () => {
    for (let round = 0; round < 8; round += 1) {
      const registry = freshRegistry();
      const state = aState(registry);
      const store = tagTable(storage());
      const etag = await seedTags(store, state, [aTag(registry, "a")]);
      const put = [aTag(registry, "b")];
      await Promise.all(
        [store.forget(registry, nginx), store.write({ state, etag, put })].map(settled),
      );

      const left = await store.range(registry, nginx, undefined, undefined);
      const stays = (await store.state(registry, nginx)) !== undefined;
      expect(left.length === 0 || stays).toBe(true);
    }
  });
});

const settled = (work: Promise<unknown>) => work.catch(() => undefined);
