import { describe, expect, it } from "vitest";
import type { RuleRequest } from "../../src/domain/rule-request.ts";
import { changeRule } from "../../src/jobs/change-rule.ts";
import { deleteRule } from "../../src/jobs/delete-rule.ts";
import { readOperation } from "../../src/jobs/read-operation.ts";
import { readRule } from "../../src/jobs/read-rule.ts";
import { requestRule } from "../../src/jobs/request-rule.ts";
import { type FakePorts, fakePorts } from "../fakes/ports.ts";
import { anna, ben, carl } from "./people.ts";
import { work } from "./world.ts";

const grafana = { name: "grafana", source: "docker.io/grafana/*", target: "grafana/*" };

async function active(request: RuleRequest = grafana): Promise<FakePorts> {
  const ports = fakePorts();
  ports.sets.put("contoso", { name: "hub-two" });
  await requestRule(ports, "contoso", { credentialSet: "docker-hub", ...request }, anna);
  await work(ports);
  return ports;
}

describe("changing a rule", () => {
  it("what only Larder knows changes at once", async () => {
    const ports = await active({ ...grafana, owner: "web", reason: "old" });

    const { created } = await changeRule(
      ports,
      "contoso",
      "grafana",
      { owner: "platform", reason: null },
      undefined,
      ben,
    );

    expect(created).toBe(false);
    expect((await readRule(ports, "contoso", "grafana")).rule).toMatchObject({
      owner: "platform",
      status: "active",
    });
    expect((await readRule(ports, "contoso", "grafana")).rule.reason).toBeUndefined();
    expect(
      (await ports.history.list("contoso", { limit: 10 })).entries.map(({ message }) => message),
    ).toContain("Changed owner, reason.");
  });

  it("the credential set changes by way of ARM", async () => {
    const ports = await active();

    const { stored, created } = await changeRule(
      ports,
      "contoso",
      "grafana",
      { credentialSet: "hub-two" },
      undefined,
      ben,
    );
    await work(ports);

    expect(created).toBe(true);
    expect(await readRule(ports, "contoso", "grafana")).toMatchObject({
      rule: { status: "active" },
      live: { credentialSet: "hub-two" },
    });
    expect(await readOperation(ports, stored.value.operationId)).toMatchObject({
      kind: "changeRule",
      status: "Succeeded",
    });
  });

  it.each([
    ["an unknown set", { credentialSet: "nope" }, "CredentialSetNotFound"],
    ["none where Docker Hub needs one", { credentialSet: null }, "CredentialSetRequired"],
    ["an expiry that has passed", { expiresOn: "2020-01-01T00:00:00.000Z" }, "ExpiresInThePast"],
  ])("%s is refused", async (_case, patch, code) => {
    const ports = await active();

    await expect(
      changeRule(ports, "contoso", "grafana", patch, undefined, ben),
    ).rejects.toMatchObject({ reason: "invalid", problem: { code } });
    expect((await readRule(ports, "contoso", "grafana")).rule.status).toBe("active");
  });

  it("is refused while the rule is on its way, and against an old If-Match", async () => {
    const ports = await active();
    const { etag } = await readRule(ports, "contoso", "grafana");
    await changeRule(ports, "contoso", "grafana", { owner: "x" }, etag, ben);

    await expect(
      changeRule(ports, "contoso", "grafana", { owner: "y" }, etag, carl),
    ).rejects.toMatchObject({ reason: "stale" });
    await requestRule(
      ports,
      "contoso",
      { ...grafana, name: "loki-rule", target: "loki/*", credentialSet: "docker-hub" },
      anna,
    );
    await expect(
      changeRule(ports, "contoso", "loki-rule", { owner: "y" }, undefined, carl),
    ).rejects.toMatchObject({ problem: { code: "RuleNotChangeable" } });
  });

  it("takes over a rule that was made outside", async () => {
    const ports = await active();
    ports.arm.put("contoso", { name: "outside", source: "quay.io/a/b", target: "b" });

    await changeRule(ports, "contoso", "outside", { owner: "web" }, undefined, ben);

    expect((await readRule(ports, "contoso", "outside")).rule).toMatchObject({
      status: "active",
      owner: "web",
    });
    expect((await readRule(ports, "contoso", "outside")).rule.drift).toBeUndefined();
  });

  it("can mend a change that ARM refused", async () => {
    const ports = await active();
    ports.arm.next({ kind: "fails", code: "Nope", message: "no" });
    await changeRule(ports, "contoso", "grafana", { credentialSet: "hub-two" }, undefined, ben);
    await work(ports);
    expect((await readRule(ports, "contoso", "grafana")).rule.status).toBe("failed");

    await changeRule(ports, "contoso", "grafana", { credentialSet: "docker-hub" }, undefined, ben);
    await changeRule(
      ports,
      "contoso",
      "grafana",
      { credentialSet: "hub-two" },
      undefined,
      ben,
    ).catch(() => undefined);
    await work(ports);

    expect((await readRule(ports, "contoso", "grafana")).live?.provisioningState).toBe("Succeeded");
  });
});

describe("deleting a rule", () => {
  const cached = async (request?: RuleRequest) => {
    const ports = await active(request);
    for (const name of ["grafana/grafana", "grafana/loki", "grafana/other", "unrelated"])
      ports.images.put("contoso", name);
    return ports;
  };

  it("keeps the images unless told otherwise", async () => {
    const ports = await cached();

    const stored = await deleteRule(ports, "contoso", "grafana", "keep", undefined, anna);
    await work(ports);

    expect(await ports.cacheRules.list("contoso")).toEqual([]);
    expect(ports.images.names("contoso")).toHaveLength(4);
    await expect(readRule(ports, "contoso", "grafana")).rejects.toMatchObject({
      reason: "missing",
    });
    expect(await readOperation(ports, stored?.value.operationId ?? "")).toMatchObject({
      status: "Succeeded",
      result: expect.stringContaining("its repositories stay"),
    });
  });

  it("deletes exactly the repositories that no other rule serves, and leaves locked ones", async () => {
    const ports = await cached();
    ports.arm.put("contoso", {
      name: "static",
      source: "quay.io/grafana/loki",
      target: "grafana/loki",
    });
    ports.images.lock("contoso", "grafana/other");

    const stored = await deleteRule(ports, "contoso", "grafana", "delete", undefined, anna);
    await work(ports);

    expect(ports.images.names("contoso")).toEqual(["grafana/loki", "grafana/other", "unrelated"]);
    expect(await readOperation(ports, stored?.value.operationId ?? "")).toMatchObject({
      result: "Rule deleted, and 1 repository with it. Locked, and therefore kept: grafana/other.",
    });
  });

  it("of a whole registry's rule never deletes images", async () => {
    const ports = await cached({ name: "everything", source: "docker.io/*", target: "*" });

    await expect(
      deleteRule(ports, "contoso", "everything", "delete", undefined, anna),
    ).rejects.toMatchObject({ problem: { code: "TargetTooBroad" } });
  });

  it("twice joins the deletion under way; of nothing answers nothing", async () => {
    const ports = await cached();
    const first = await deleteRule(ports, "contoso", "grafana", "keep", undefined, anna);
    const second = await deleteRule(ports, "contoso", "grafana", "keep", undefined, ben);

    expect(second?.value.operationId).toBe(first?.value.operationId);
    await work(ports);
    expect(await deleteRule(ports, "contoso", "grafana", "keep", undefined, ben)).toBeUndefined();
  });

  it("works for a rule that was made outside, and for one that never came to be", async () => {
    const ports = fakePorts({ policy: { approvalSources: ["*"] } });
    ports.arm.put("contoso", { name: "outside", source: "quay.io/a/b", target: "b" });
    await requestRule(ports, "contoso", { ...grafana }, anna);

    await deleteRule(ports, "contoso", "outside", "keep", undefined, anna);
    await deleteRule(ports, "contoso", "grafana", "keep", undefined, anna);
    await work(ports);

    expect(await ports.cacheRules.list("contoso")).toEqual([]);
    expect((await ports.rules.read("contoso")).rules).toEqual([]);
  });
});
