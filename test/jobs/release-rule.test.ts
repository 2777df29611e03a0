import { describe, expect, it } from "vitest";
import type { CacheRule } from "../../src/domain/cache-rule.ts";
import { adoptRegistry } from "../../src/jobs/adopt-registry.ts";
import { readOperation } from "../../src/jobs/read-operation.ts";
import { readRule } from "../../src/jobs/read-rule.ts";
import { reconcileRules } from "../../src/jobs/reconcile-rules.ts";
import { releaseRule } from "../../src/jobs/release-rule.ts";
import { requestRule } from "../../src/jobs/request-rule.ts";
import { sweep } from "../../src/jobs/sweep.ts";
import { type FakePorts, fakePorts } from "../fakes/ports.ts";
import { anna, ben } from "./people.ts";
import { repository, stage } from "./refresh-stage.ts";
import { recover } from "./world.ts";

const mapping = { source: "docker.io/grafana/*", target: "grafana/*" };
const inArm = { ...mapping, name: "grafana", credentialSet: "docker-hub" };

/** A record as the fake store has it after whatever came before. */
const recorded = (changes: Partial<CacheRule>): CacheRule => ({
  registry: "contoso",
  ...inArm,
  refresh: { tags: ["latest"] },
  owner: "web",
  expiresOn: "2027-01-01T00:00:00.000Z",
  status: "active",
  notes: [],
  requestedBy: "anna",
  requestedAt: "2026-11-01T00:00:00.000Z",
  updatedAt: "2026-11-01T00:00:00.000Z",
  operationId: "contoso-aaaaaaaaaaaaaaaaaaaaaaaaaa",
  attempts: 1,
  ...changes,
});

function world(changes: Partial<CacheRule>, live?: { readonly target: string }): FakePorts {
  const ports = fakePorts();
  ports.table.seed(recorded(changes));
  if (live) ports.arm.put("contoso", { ...inArm, ...live });
  return ports;
}

const release = (ports: FakePorts, ifMatch?: string) =>
  releaseRule(ports, "contoso", "Grafana", ifMatch, ben);

const since = "2026-11-01T00:00:00.000Z";
const failure = { code: "Nope", message: "no", remedy: "ask again" };

/** Events of the rule, oldest first, and by whom. */
const events = async (ports: FakePorts) =>
  (await ports.history.list("contoso", { resource: "grafana", limit: 20 })).entries
    .map(({ event, by }) => `${event} ${by}`)
    .reverse();

describe("forgetting a rule that ARM has", () => {
  it.each<[string, Partial<CacheRule>, string]>([
    ["active", {}, "grafana/*"],
    ["drifted", { drift: { kind: "changed", message: "was changed", since } }, "other/*"],
    ["failed", { status: "failed", failure }, "grafana/*"],
    ["failed to be deleted", { status: "failed", failure, images: "delete" }, "grafana/*"],
    ["rejected", { status: "rejected", failure }, "grafana/*"],
    ["awaiting approval", { status: "awaitingApproval" }, "grafana/*"],
  ])("%s leaves it there, unmanaged", async (_case, changes, target) => {
    const ports = world(changes, { target });

    const view = await release(ports);

    const { rule, live } = await readRule(ports, "contoso", "grafana");
    expect(rule).toEqual({
      registry: "contoso",
      ...inArm,
      target,
      status: "unmanaged",
      drift: {
        kind: "created",
        message: "ben had Larder forget the rule. Send a request for it to take it over again.",
        since: ports.ambient.now(),
      },
      notes: [],
      requestedBy: "outside Larder",
      requestedAt: live?.createdAt ?? ports.ambient.now(),
      updatedAt: ports.ambient.now(),
      operationId: "",
      attempts: 0,
    });
    expect(view).toEqual(await readRule(ports, "contoso", "grafana"));
    expect(await ports.cacheRules.get("contoso", "grafana")).toMatchObject({ ...inArm, target });
  });

  it("is told in the history, once, and stays so whatever the timers do", async () => {
    const ports = world({ expiresOn: "2026-11-01T00:00:01.000Z" }, mapping);
    await release(ports);
    const before = await readRule(ports, "contoso", "grafana");

    await recover(ports);
    expect(await release(ports)).toEqual(before);

    expect(await readRule(ports, "contoso", "grafana")).toEqual(before);
    expect(await events(ports)).toEqual(["forgotten ben"]);
  });

  it("lets it be taken over again", async () => {
    const ports = world({}, mapping);
    await release(ports);

    const wish = { rules: ["grafana"], owner: "data", credentialSets: "none" } as const;
    const { value } = await adoptRegistry(ports, "contoso", wish, false, anna);

    expect(value.map(({ outcome }) => outcome)).toEqual(["adopted"]);
    expect((await readRule(ports, "contoso", "grafana")).rule).toMatchObject({
      status: "active",
      owner: "data",
    });
  });
});

describe("forgetting a rule that ARM does not have", () => {
  it.each<[string, Partial<CacheRule>]>([
    ["drifted", { drift: { kind: "deleted", message: "was deleted", since } }],
    ["failed", { status: "failed", failure }],
    ["rejected", { status: "rejected", failure }],
  ])("%s leaves nothing but its history", async (_case, changes) => {
    const ports = world(changes);

    expect(await release(ports)).toBeUndefined();

    expect((await ports.rules.read("contoso")).rules).toEqual([]);
    expect(await events(ports)).toEqual(["forgotten ben"]);
    await expect(release(ports)).rejects.toMatchObject({
      reason: "missing",
      problem: { code: "RuleNotFound" },
    });
  });

  it("ends the operation of one that waits for an approver", async () => {
    const ports = fakePorts({ policy: { approvalSources: ["docker.io/*"] } });
    const { stored } = await requestRule(ports, "contoso", { ...mapping, name: "grafana" }, anna);

    await release(ports);

    expect(await readOperation(ports, stored.value.operationId)).toMatchObject({
      status: "Canceled",
      error: { code: "RuleForgotten" },
    });
    expect((await ports.rules.read("contoso")).rules).toEqual([]);
  });
});

describe("forgetting", () => {
  it.each(["requested", "deleting"] as const)("is refused while it is %s", async (status) => {
    const ports = world({ status }, mapping);
    const before = ports.table.texts();

    await expect(release(ports)).rejects.toMatchObject({
      reason: "conflict",
      problem: {
        code: "RuleBusy",
        message: `Rule "grafana" is ${status}. Ask again when its operation contoso-aaaaaaaaaaaaaaaaaaaaaaaaaa has ended.`,
      },
    });
    expect(ports.table.texts()).toEqual(before);
  });

  it("records nothing of a rule that Larder has not on record", async () => {
    const ports = fakePorts();
    ports.arm.put("contoso", inArm);

    expect(await release(ports)).toMatchObject({ rule: { status: "unmanaged" }, etag: "" });

    expect(ports.table.texts()).toEqual([]);
  });

  it("goes by If-Match", async () => {
    const ports = world({}, mapping);
    const { etag } = await readRule(ports, "contoso", "grafana");

    await expect(release(ports, '"other"')).rejects.toMatchObject({ reason: "stale" });
    expect((await readRule(ports, "contoso", "grafana")).rule.status).toBe("active");
    await release(ports, etag);
    expect((await readRule(ports, "contoso", "grafana")).rule.status).toBe("unmanaged");
  });

  it("looks again when a request came in between", async () => {
    const ports = world({ status: "failed", failure }, mapping);
    ports.interruptions.interrupt("rules.commit", "before", async () => {
      const { value, etag } = (await ports.rules.get("contoso", "grafana"))!;
      const put = { rule: { ...value, status: "requested" as const }, etag };
      await ports.rules.commit({ registry: "contoso", put });
    });

    await expect(release(ports)).rejects.toMatchObject({ problem: { code: "RuleBusy" } });
    expect((await readRule(ports, "contoso", "grafana")).rule.status).toBe("requested");
  });
});

describe("the tags of a rule that was forgotten", () => {
  it("are refreshed no more, and what is known of them goes", async () => {
    const { ports, cached, push, sweep: pass, work, record, listed } = stage();
    const first = cached("latest");
    await pass(10);
    expect(await record("latest")).toBeDefined();

    await releaseRule(ports, "contoso", "nginx-rule", undefined, ben);
    push("latest");
    await reconcileRules(ports);
    await sweep(ports);
    await work(3600);

    expect(listed("latest")).toBe(first);
    expect(await ports.tags.range("contoso", repository, undefined, undefined)).toEqual([]);
    expect(await ports.tags.states("contoso")).toEqual([]);
  });
});
