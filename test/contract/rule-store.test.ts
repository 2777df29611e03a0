import { describe, expect, it } from "vitest";
import { freshRegistry, ruleTablesUnderTest } from "./rule-tables.ts";
import { anEntry, anOperation, fullRule, plainRule } from "./sample-rule.ts";

const stale = expect.objectContaining({ reason: "stale" });

describe.each(ruleTablesUnderTest())("rule store: $name", ({ make }) => {
  it("reads nothing, at version '', of a registry without rows", async () => {
    expect(await make().rules.read(freshRegistry())).toEqual({ version: "", rules: [] });
    expect(await make().rules.get(freshRegistry(), "nginx")).toBeUndefined();
  });

  it("gives back exactly what was put, and the ETag it returned", async () => {
    const { rules } = make();
    const rule = fullRule(freshRegistry(), "Grafana-All");

    const etag = await rules.commit({
      registry: rule.registry,
      version: "",
      put: { rule, etag: undefined },
    });

    expect(etag).not.toBe("");
    expect(await rules.get(rule.registry, "Grafana-All")).toEqual({ value: rule, etag });
    expect((await rules.read(rule.registry)).rules).toEqual([{ value: rule, etag }]);
  });

  it("compares registry and rule names without case", async () => {
    const { rules } = make();
    const rule = plainRule(freshRegistry(), "Nginx");
    await rules.commit({ registry: rule.registry.toUpperCase(), put: { rule, etag: undefined } });

    expect((await rules.get(rule.registry, "nGINX"))?.value).toEqual(rule);
    const again = { rule: { ...rule, name: "NGINX" }, etag: undefined };
    await expect(rules.commit({ registry: rule.registry, put: again })).rejects.toEqual(stale);
  });

  it.each(["a/b", "a#b", "x' or RowKey ne '", "50%", "version"])(
    "finds no rule under the name %s",
    async (name) => {
      const { rules } = make();
      const registry = freshRegistry();
      await rules.commit({
        registry,
        version: "",
        put: { rule: plainRule(registry, "nginx"), etag: undefined },
      });

      expect(await rules.get(registry, name)).toBeUndefined();
    },
  );

  it("moves the version on with every change that gives it, and only then", async () => {
    const { rules } = make();
    const registry = freshRegistry();
    const put = (name: string) => ({ rule: plainRule(registry, name), etag: undefined });
    const version = async () => (await rules.read(registry)).version;

    await rules.commit({ registry, version: "", put: put("one") });
    const first = await version();
    await rules.commit({ registry, put: put("two") });
    const second = await version();
    await rules.commit({ registry, version: second, put: put("three") });
    const third = await version();

    expect(first).not.toBe("");
    expect(second).toBe(first);
    expect(third).not.toBe(second);
    await expect(rules.commit({ registry, version: second, put: put("four") })).rejects.toEqual(
      stale,
    );
    await expect(rules.commit({ registry, version: "", put: put("four") })).rejects.toEqual(stale);
    expect((await rules.read(registry)).rules.map(({ value }) => value.name).sort()).toEqual([
      "one",
      "three",
      "two",
    ]);
  });

  it("refuses a put over a moved, an absent and an unexpected row", async () => {
    const { rules } = make();
    const registry = freshRegistry();
    const rule = plainRule(registry, "nginx");
    const first = await rules.commit({ registry, put: { rule, etag: undefined } });
    const second = await rules.commit({
      registry,
      put: { rule: { ...rule, attempts: 1 }, etag: first },
    });

    const put = (changes: object, etag: string | undefined) =>
      rules.commit({ registry, put: { rule: { ...rule, ...changes }, etag } });
    await expect(put({ attempts: 2 }, first)).rejects.toEqual(stale);
    await expect(put({ attempts: 2 }, undefined)).rejects.toEqual(stale);
    await expect(put({ name: "absent" }, first)).rejects.toEqual(stale);
    expect(await rules.get(registry, "nginx")).toEqual({
      value: { ...rule, attempts: 1 },
      etag: second,
    });
  });

  it("removes a row only under its own ETag", async () => {
    const { rules } = make();
    const registry = freshRegistry();
    const rule = plainRule(registry, "nginx");
    const first = await rules.commit({ registry, put: { rule, etag: undefined } });
    const second = await rules.commit({
      registry,
      put: { rule: { ...rule, attempts: 1 }, etag: first },
    });

    const remove = (etag: string) => rules.commit({ registry, remove: { name: "nginx", etag } });
    await expect(remove(first)).rejects.toEqual(stale);
    expect(await rules.get(registry, "nginx")).toBeDefined();
    expect(await remove(second)).toBe("");
    expect(await rules.get(registry, "nginx")).toBeUndefined();
    await expect(remove(second)).rejects.toEqual(stale);
  });

  it("writes rule, removal, operation and history together, or nothing of it", async () => {
    const { rules, operations, history } = make();
    const registry = freshRegistry();
    const kept = plainRule(registry, "kept");
    const etag = await rules.commit({
      registry,
      version: "",
      put: { rule: kept, etag: undefined },
    });
    const { version } = await rules.read(registry);
    const change = {
      registry,
      put: { rule: plainRule(registry, "nginx"), etag: undefined },
      remove: { name: "kept", etag },
      operation: anOperation(registry, "aaaaaaaaaaaaaaaaaaaaaaaaac"),
      superseded: anOperation(registry, "aaaaaaaaaaaaaaaaaaaaaaaaad"),
      history: anEntry(registry, "2026-11-21T02:00:00.000Z"),
    };

    await expect(rules.commit({ ...change, version: 'W/"other"' })).rejects.toEqual(stale);
    expect((await rules.read(registry)).rules.map(({ value }) => value.name)).toEqual(["kept"]);
    expect(await operations.get(change.operation.id)).toBeUndefined();
    expect(await history.list(registry, { limit: 10 })).toEqual({ entries: [] });

    await rules.commit({ ...change, version });
    expect((await rules.read(registry)).rules.map(({ value }) => value.name)).toEqual(["nginx"]);
    expect(await operations.get(change.operation.id)).toEqual(change.operation);
    expect(await operations.get(change.superseded.id)).toEqual(change.superseded);
    expect(await history.list(registry, { limit: 10 })).toEqual({ entries: [change.history] });
  });

  it("lets exactly one of many racing decisions through", async () => {
    const registry = freshRegistry();
    const seed = { rule: plainRule(registry, "first"), etag: undefined };
    await make().rules.commit({ registry, version: "", put: seed });
    const { version } = await make().rules.read(registry);

    const outcomes = await Promise.allSettled(
      Array.from({ length: 8 }, (_, index) =>
        make().rules.commit({
          registry,
          version,
          put: { rule: plainRule(registry, `racer-${index}`), etag: undefined },
        }),
      ),
    );

    const losers = outcomes.flatMap((one) =>
      one.status === "rejected" ? [one.reason as unknown] : [],
    );
    expect(losers).toEqual(Array.from({ length: 7 }, () => stale));
    expect((await make().rules.read(registry)).rules).toHaveLength(2);
  });

  it("lets exactly one of two first decisions in an empty registry through", async () => {
    const registry = freshRegistry();
    const outcomes = await Promise.allSettled(
      ["one", "two"].map((name) =>
        make().rules.commit({
          registry,
          version: "",
          put: { rule: plainRule(registry, name), etag: undefined },
        }),
      ),
    );

    expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect((await make().rules.read(registry)).rules).toHaveLength(1);
  });

  it("takes a rule of nearly 64 KiB and refuses a larger one as invalid", async () => {
    const { rules } = make();
    const registry = freshRegistry();
    const put = (letters: number) => ({
      rule: plainRule(registry, "nginx", { reason: "é".repeat(letters) }),
      etag: undefined,
    });

    await expect(rules.commit({ registry, put: put(32_768) })).rejects.toMatchObject({
      reason: "invalid",
    });
    await rules.commit({ registry, put: put(32_000) });
    expect((await rules.get(registry, "nginx"))?.value.reason).toHaveLength(32_000);
  });

  it("changes nothing for a change that asks for nothing", async () => {
    const registry = freshRegistry();
    expect(await make().rules.commit({ registry })).toBe("");
    expect(await make().rules.read(registry)).toEqual({ version: "", rules: [] });
  });
});
