import { describe, expect, it } from "vitest";
import { LarderError } from "../../src/domain/errors.ts";
import { changeRule } from "../../src/jobs/change-rule.ts";
import { convergeRule } from "../../src/jobs/converge-rule.ts";
import { deleteRule } from "../../src/jobs/delete-rule.ts";
import { readOperation } from "../../src/jobs/read-operation.ts";
import { readRule } from "../../src/jobs/read-rule.ts";
import { reconcileRules } from "../../src/jobs/reconcile-rules.ts";
import { requestRule } from "../../src/jobs/request-rule.ts";
import { type FakePorts, fakePorts } from "../fakes/ports.ts";
import { anna, ben } from "./people.ts";
import { recover, work } from "./world.ts";

/* Deleting is the one thing that cannot be taken back: each way to delete too much, tried. */

const team = { name: "team-rule", source: "docker.io/team/*", target: "team/*" };
const erase = (ports: FakePorts) =>
  deleteRule(ports, "contoso", "team-rule", "delete", undefined, anna);

async function active(): Promise<FakePorts> {
  const ports = fakePorts();
  await requestRule(ports, "contoso", team, anna);
  await work(ports);
  return ports;
}

describe("images are deleted only when they are the rule's own cache", () => {
  it("not of a rule that waits for approval", async () => {
    const ports = fakePorts({ policy: { approvalSources: ["*"] } });
    await requestRule(ports, "contoso", team, anna);
    ports.images.put("contoso", "team/pushed-by-us");

    await expect(erase(ports)).rejects.toMatchObject({ problem: { code: "ImagesNotOfRule" } });
    expect(ports.images.names("contoso")).toEqual(["team/pushed-by-us"]);
  });

  it("not of a rule that ARM refused because of them", async () => {
    const ports = fakePorts();
    await requestRule(ports, "contoso", team, anna);
    ports.images.put("contoso", "team/in-the-way");
    await work(ports);

    await expect(erase(ports)).rejects.toMatchObject({ problem: { code: "ImagesNotOfRule" } });
  });

  it("not of a rule that was made anew outside with another mapping, which stays as well", async () => {
    const ports = await active();
    ports.images.put("contoso", "team/app");
    ports.arm.put("contoso", { ...team, source: "docker.io/others/*", target: "others/*" });

    await expect(erase(ports)).rejects.toMatchObject({ problem: { code: "ImagesNotOfRule" } });
    await deleteRule(ports, "contoso", "team-rule", "keep", undefined, anna);
    await work(ports);

    expect(await ports.cacheRules.get("contoso", "team-rule")).toMatchObject({
      target: "others/*",
    });
    expect(ports.images.names("contoso")).toEqual(["team/app"]);
  });

  it("not of a static rule that is only on record", async () => {
    const ports = await active();
    await requestRule(
      ports,
      "contoso",
      { name: "inner-rule", source: "docker.io/team/inner", target: "team/inner" },
      anna,
    );
    ports.images.put("contoso", "team/inner");
    ports.images.put("contoso", "team/app");
    const [, inner] = ports.queue.take();
    expect(inner).toBeUndefined();

    await erase(ports);
    await work(ports);

    expect(ports.images.names("contoso")).toEqual(["team/inner"]);
  });

  it("not once the rule is in ARM again", async () => {
    const ports = await active();
    ports.images.put("contoso", "team/app");
    await erase(ports);
    const [message] = ports.queue.take();
    ports.interruptions.interrupt("repositories.list", "after", () =>
      ports.arm.put("contoso", { ...team, source: "docker.io/others/*" }),
    );
    if (message) await convergeRule(ports, message, false);
    await work(ports);

    expect(ports.images.names("contoso")).toEqual(["team/app"]);
    expect(await ports.cacheRules.get("contoso", "team-rule")).toMatchObject({
      source: "docker.io/others/*",
    });
  });

  it("goes on after it failed half-way", async () => {
    const ports = await active();
    for (const name of ["team/a", "team/b"]) ports.images.put("contoso", name);
    ports.interruptions.interrupt("repositories.remove", "before", () => {
      throw new LarderError("lacksRight", { code: "Forbidden", message: "no delete" });
    });
    await erase(ports);
    await work(ports);
    expect((await ports.rules.get("contoso", "team-rule"))?.value).toMatchObject({
      status: "failed",
      failure: { code: "RepositoryDeleteForbidden", remedy: expect.stringContaining("AcrDelete") },
    });

    await erase(ports);
    await work(ports);

    expect(ports.images.names("contoso")).toEqual([]);
  });

  it("names some of many locked repositories, and counts the rest", async () => {
    const ports = await active();
    for (let index = 100; index < 800; index += 1)
      ports.images.lock("contoso", `team/locked-${index}`);

    const stored = await erase(ports);
    await work(ports);

    const { result = "" } = await readOperation(ports, stored?.value.operationId ?? "");
    expect(result).toContain("team/locked-119 and 680 more.");
  });
});

describe("a deletion beside a creation", () => {
  it("waits until the creating worker can have no more effect", async () => {
    const ports = fakePorts();
    await requestRule(ports, "contoso", team, anna);
    const [message] = ports.queue.take();
    // The worker is about to create when the deletion comes and is worked off.
    ports.interruptions.interrupt("cacheRuleWriter.create", "before", async () => {
      await deleteRule(ports, "contoso", "team-rule", "keep", undefined, anna);
      await work(ports, 3);
    });
    if (message) await convergeRule(ports, message, false);

    await recover(ports);

    expect(await ports.cacheRules.list("contoso")).toEqual([]);
    expect((await ports.rules.read("contoso")).rules).toEqual([]);
  });

  it("comes to its end by its own message, without reconcile", async () => {
    const ports = fakePorts();
    await requestRule(ports, "contoso", team, anna);
    const [message] = ports.queue.take();
    ports.interruptions.interrupt("cacheRuleWriter.create", "before", async () => {
      await deleteRule(ports, "contoso", "team-rule", "keep", undefined, anna);
    });
    if (message) await convergeRule(ports, message, false);

    await work(ports);

    expect(await ports.cacheRules.list("contoso")).toEqual([]);
    expect((await ports.rules.read("contoso")).rules).toEqual([]);
  });

  it("ends the operation it takes the place of", async () => {
    const ports = fakePorts();
    const { stored } = await requestRule(ports, "contoso", team, anna);

    await deleteRule(ports, "contoso", "team-rule", "keep", undefined, anna);

    expect(await readOperation(ports, stored.value.operationId)).toMatchObject({
      status: "Canceled",
      error: { code: "Superseded" },
    });
  });
});

describe("a deletion that ARM refuses", () => {
  it("fails once, stays failed, and its operation with it", async () => {
    const ports = await active();
    await changeRule(
      ports,
      "contoso",
      "team-rule",
      { expiresOn: "2026-11-21T03:00:00.000Z" },
      undefined,
      ben,
    );
    ports.interruptions.interrupt("cacheRuleWriter.remove", "before", () => {
      throw new LarderError("conflict", { code: "ScopeLocked", message: "There is a lock." });
    });
    ports.clock.advance(3600);

    for (let run = 0; run < 12; run += 1) {
      await reconcileRules(ports);
      await work(ports);
    }

    const { rule } = await readRule(ports, "contoso", "team-rule");
    expect(rule).toMatchObject({ status: "failed", failure: { code: "ScopeLocked" } });
    expect(await readOperation(ports, rule.operationId)).toMatchObject({
      kind: "deleteRule",
      status: "Failed",
    });
    const { entries } = await ports.history.list("contoso", { limit: 100 });
    expect(entries.filter(({ event }) => event === "expired")).toHaveLength(1);
  });

  it("counts as done when the rule goes although its end may not be watched", async () => {
    const ports = await active();
    ports.interruptions.interrupt("cacheRuleWriter.remove", "after", () => {
      throw new LarderError("lacksRight", {
        code: "AuthorizationFailed",
        message: "operationResults/read",
      });
    });

    await deleteRule(ports, "contoso", "team-rule", "keep", undefined, anna);
    await work(ports);

    expect((await ports.rules.read("contoso")).rules).toEqual([]);
  });
});
