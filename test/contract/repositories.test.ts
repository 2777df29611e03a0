import { beforeAll, describe, expect, it } from "vitest";
import { type CloudWorld, cloudWorlds, registryName as contoso } from "./cloud-worlds.ts";

/** Around the prefix "grafana/", in the registry's order, and more of the same than a page holds. */
const many = Array.from({ length: 120 }, (_, n) => `many/app${String(n).padStart(3, "0")}`);
const look = [
  "alpha",
  "grafana",
  "grafana-agent",
  "grafana.old",
  "grafana/loki",
  "grafana/tempo/x",
];
const after = ["grafana0", "grafanalabs/mimir", "zeta"];

describe.each(cloudWorlds())("repositories: $name", ({ make }) => {
  let world: CloudWorld;
  const repositories = () => world.ports.repositories;

  beforeAll(() => {
    world = make();
    for (const name of [...after, ...many, ...look]) world.putRepository(name);
  });

  it.each([
    ["grafana/loki", true],
    ["grafana/tempo/x", true],
    ["grafana/tempo", false],
    ["absent", false],
  ])("tells whether %s exists: %s", async (name, exists) => {
    expect(await repositories().exists(contoso, name)).toBe(exists);
    expect(await repositories().exists("CONTOSO", name)).toBe(exists);
  });

  it.each([
    ["grafana/", 10, ["grafana/loki", "grafana/tempo/x"]],
    ["grafana/", 1, ["grafana/loki"]],
    ["grafana/tempo/", 10, ["grafana/tempo/x"]],
    ["grafana/t", 10, ["grafana/tempo/x"]],
    ["grafana", 10, [...look.slice(1), "grafana0", "grafanalabs/mimir"]],
    ["z", 10, ["zeta"]],
    ["zz", 10, []],
    ["absent/", 10, []],
    ["", 3, ["alpha", "grafana", "grafana-agent"]],
    ["many/", 1000, many],
    ["many/", 101, many.slice(0, 101)],
  ])("lists names under %j, at most %i", async (prefix, limit, names) => {
    expect(await repositories().list(contoso, prefix, limit)).toEqual(names);
  });

  it("removes a repository with what is in it, once", async () => {
    world.putRepository("doomed/app");

    expect(await repositories().remove(contoso, "doomed/app")).toBe("removed");
    expect(await repositories().exists(contoso, "doomed/app")).toBe(false);
    expect(await repositories().remove(contoso, "doomed/app")).toBe("absent");
  });

  it("leaves a locked repository alone and says so", async () => {
    world.putRepository("locked/app");
    world.lockRepository("locked/app");

    expect(await repositories().remove(contoso, "locked/app")).toBe("locked");
    expect(await repositories().exists(contoso, "locked/app")).toBe(true);
  });

  it("asks about different repositories at once", async () => {
    const asked = ["alpha", "absent", "grafana/loki", "zeta", "many/app119", "many/app120"];
    const answers = await Promise.all(asked.map((name) => repositories().exists(contoso, name)));
    expect(answers).toEqual([true, false, true, true, true, false]);
  });

  it("answers missing for a registry that is not served", async () => {
    const missing = { reason: "missing", problem: { code: "RegistryNotFound" } };
    await expect(repositories().exists("fabrikam", "alpha")).rejects.toMatchObject(missing);
    await expect(repositories().list("fabrikam", "", 1)).rejects.toMatchObject(missing);
    await expect(repositories().remove("fabrikam", "alpha")).rejects.toMatchObject(missing);
  });
});
