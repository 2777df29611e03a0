import { describe, expect, it } from "vitest";
import { LarderError } from "../../src/domain/errors.ts";
import { readRule } from "../../src/jobs/read-rule.ts";
import { reconcileRules } from "../../src/jobs/reconcile-rules.ts";
import { requestRule } from "../../src/jobs/request-rule.ts";
import { type FakePorts, fakePorts } from "../fakes/ports.ts";
import { anna } from "./people.ts";
import { recover, work } from "./world.ts";

const nginx = {
  name: "nginx-rule",
  source: "docker.io/library/nginx",
  target: "nginx",
  credentialSet: "docker-hub",
};

async function active(changes: object = {}): Promise<FakePorts> {
  const ports = fakePorts();
  await requestRule(ports, "contoso", { ...nginx, ...changes }, anna);
  await work(ports);
  return ports;
}
const ruleOf = async (ports: FakePorts) => (await readRule(ports, "contoso", "nginx-rule")).rule;

describe("reconcile", () => {
  it("repairs a lost message", async () => {
    const ports = fakePorts();
    await requestRule(ports, "contoso", nginx, anna);
    ports.queue.take();

    await recover(ports);

    expect((await ruleOf(ports)).status).toBe("active");
  });

  it("shows a rule deleted outside as drift, and puts nothing back by itself", async () => {
    const ports = await active();
    ports.arm.delete("contoso", "nginx-rule");

    await recover(ports);

    expect((await ruleOf(ports)).drift).toMatchObject({ kind: "deleted" });
    expect(await ports.cacheRules.list("contoso")).toEqual([]);
    await requestRule(ports, "contoso", nginx, anna);
    await work(ports);
    const rule = await ruleOf(ports);
    expect([rule.status, rule.drift]).toEqual(["active", undefined]);
  });

  it("shows a changed rule as drift until it is as asked again", async () => {
    const ports = await active();
    ports.arm.put("contoso", { ...nginx, source: "quay.io/nginx/nginx" });
    await recover(ports);
    expect((await ruleOf(ports)).drift).toMatchObject({
      kind: "changed",
      message: expect.stringContaining("quay.io/nginx/nginx"),
    });

    ports.arm.put("contoso", nginx);
    await recover(ports);

    expect((await ruleOf(ports)).drift).toBeUndefined();
    const { entries } = await ports.history.list("contoso", { limit: 20, resource: "nginx-rule" });
    expect(
      entries.filter(({ event }) => event.startsWith("drift")).map(({ event }) => event),
    ).toEqual(["driftEnded", "driftFound"]);
  });

  it("discovers rules made outside, and forgets them when they go", async () => {
    const ports = await active();
    ports.arm.put("contoso", { name: "outside", source: "quay.io/a/b", target: "b" });
    await recover(ports);
    expect((await readRule(ports, "contoso", "outside")).rule).toMatchObject({
      status: "unmanaged",
      drift: { kind: "created" },
    });

    ports.arm.delete("contoso", "outside");
    await recover(ports);

    await expect(readRule(ports, "contoso", "outside")).rejects.toMatchObject({
      reason: "missing",
    });
  });

  it("deletes what has expired, keeping the images", async () => {
    const ports = await active({ expiresOn: "2026-11-21T02:30:00.000Z" });
    ports.images.put("contoso", "nginx");

    await recover(ports);

    expect(await ports.cacheRules.list("contoso")).toEqual([]);
    expect(ports.images.names("contoso")).toEqual(["nginx"]);
  });

  it("goes on with the other registries when one fails, yet looks failed", async () => {
    const ports = fakePorts({ registries: ["contoso", "fabrikam"] });
    ports.arm.put("fabrikam", { name: "outside", source: "quay.io/a/b", target: "b" });
    ports.interruptions.interrupt("cacheRules.list", "before", () => {
      throw new LarderError("unavailable", { code: "ServerBusy", message: "busy" });
    });

    await expect(reconcileRules(ports)).rejects.toThrow(
      "contoso: could not be reconciled, ServerBusy: busy; fabrikam: 0 rules, 1 in ARM",
    );

    expect((await readRule(ports, "fabrikam", "outside")).rule.status).toBe("unmanaged");
    expect(await ports.heartbeats.last("reconcile-rules")).toBeUndefined();
  });
});
