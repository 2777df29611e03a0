import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { LarderError } from "../../src/domain/errors.ts";
import type { RefreshResult } from "../../src/domain/refresh.ts";
import { type FakePorts, fakePorts } from "../fakes/ports.ts";
import { undocumented } from "./document.ts";
import { type Heard, type Served, serve } from "./serve.ts";
import { newDigest, oldDigest, putRule } from "./tag-world.ts";

const refreshes = "/api/registries/contoso/refreshes";

let ports: FakePorts;
let served: Served;

beforeEach(async () => {
  ports = fakePorts();
  putRule(ports, "grafana");
  putRule(ports, "hashicorp", { refresh: undefined });
  served = await serve(() => ports);
});
afterEach(() => served.close());

const start = (body: object = {}) => served.call("POST", refreshes, { body });

function idOf({ json }: Heard): string {
  return (json as { id: string }).id;
}

async function operationOf(heard: Heard): Promise<Heard> {
  const way = heard.headers.get("Operation-Location")?.slice(served.url.length) ?? "";
  const found = await served.call("GET", way);
  expect(undocumented("getOperation", found.status, found.json)).toBe("");
  return found;
}

describe("starting a refresh", () => {
  it("is 202 with the operation and the way to it", async () => {
    const heard = await start();
    const id = idOf(heard);

    expect([heard.status, undocumented("startRefresh", 202, heard.json)]).toEqual([202, ""]);
    expect(heard.json).toEqual({
      id,
      kind: "refresh",
      status: "NotStarted",
      createdDateTime: "2026-11-21T02:00:00.000Z",
      lastActionDateTime: "2026-11-21T02:00:00.000Z",
      resource: `/registries/contoso/refreshes/${id}`,
    });
    expect(id).toMatch(/^contoso-[a-z2-7]{26}$/);
    expect(heard.headers.get("Operation-Location")).toBe(
      `${served.url}/api/operations/${id}?api-version=2026-11-01`,
    );
    expect(heard.headers.get("Retry-After")).toBe("2");
  });

  it("records what was asked and by whom, and tells the worker", async () => {
    const body = { repositories: ["hashicorp/vault"], tags: [">=1.2 <2"], strategy: "purge" };
    const id = idOf(await start(body));

    expect((await ports.refreshes.get(id))?.value).toMatchObject({
      request: { ...body, dryRun: false },
      by: "function key",
      planned: false,
    });
    expect(ports.refreshQueue.take()).toEqual([
      { kind: "plan-refresh", registry: "contoso", refresh: id },
    ]);
  });

  it.each<[string, object, RegExp]>([
    ["everything", {}, /^Asked for a refresh of all repositories under a refresh policy\. Op/],
    [
      "four repositories",
      { repositories: ["grafana/a", "grafana/b", "grafana/c", "grafana/d"] },
      /^Asked for a refresh of grafana\/a, grafana\/b, grafana\/c and 1 more\. Op/,
    ],
    [
      "tags",
      {
        repositories: ["grafana/a"],
        tags: ["latest", "1.*", "2.*", "3.*"],
        strategy: "purge",
        dryRun: true,
      },
      /^Asked for a dry run of a refresh of grafana\/a; tags "latest", "1\.\*", "2\.\*" and 1 more; strategy purge\. Op/,
    ],
  ])("is told in the history of its rule: %s", async (_name, body, message) => {
    const id = idOf(await start(body));
    const path = "/api/registries/contoso/history?resource=grafana";
    const { json } = await served.call("GET", path);

    expect(json).toMatchObject({
      value: [
        { event: "refreshRequested", by: "function key", message: expect.stringMatching(message) },
      ],
    });
    expect(JSON.stringify(json)).toContain(`Operation ${id}.`);
  });

  it("goes by its own id in the history when it is about several rules", async () => {
    const body = { repositories: ["grafana/a", "hashicorp/vault"], tags: ["latest"] };
    const id = idOf(await start(body));

    expect((await ports.history.list("contoso", { limit: 9 })).entries).toMatchObject([
      { resource: id },
    ]);
  });

  it("succeeds although the worker cannot be told, for the sweep tells it again", async () => {
    ports.interruptions.interrupt("refreshOutbox.send", "before", () => {
      throw new LarderError("unavailable", { code: "ServerBusy", message: "busy" });
    });
    const heard = await start();

    expect(heard.status).toBe(202);
    expect(await ports.refreshes.open("contoso")).toHaveLength(1);
  });

  it("spells the registry as the settings do", async () => {
    const heard = await served.call("POST", "/api/registries/CONTOSO/refreshes", { body: {} });

    expect(heard.json).toMatchObject({
      resource: expect.stringMatching(/^\/registries\/contoso\//),
    });
    expect(await ports.refreshes.open("contoso")).toHaveLength(1);
  });

  it("is refused with every fault named, and nothing recorded", async () => {
    const repositories = ["grafana/a", "nobody/app", "hashicorp/vault"];
    const heard = await start({ repositories });

    expect(heard.status).toBe(400);
    expect(heard.json).toMatchObject({
      error: {
        code: "RepositoryNotServed",
        target: "repositories[1]",
        details: [
          { code: "RepositoryNotServed", target: "repositories[1]" },
          { code: "NoRefreshPolicy", target: "repositories[2]" },
        ],
      },
    });
    expect(await ports.refreshes.open("contoso")).toEqual([]);
    expect(ports.refreshQueue.waiting()).toEqual([]);
    expect((await ports.history.list("contoso", { limit: 9 })).entries).toEqual([]);
  });
});

function result(tag: string, rest: Partial<RefreshResult> = {}): RefreshResult {
  return {
    repository: "grafana/grafana",
    tag,
    status: "fresh",
    reason: "The registry serves what upstream has.",
    cached: newDigest,
    upstream: newDigest,
    at: "2026-11-21T02:00:31.000Z",
    ...rest,
  };
}

describe("a refresh under way", () => {
  it("shows its progress, and at its end the whole of it", async () => {
    const heard = await start();
    const id = idOf(heard);
    const now = ports.clock.now();
    await ports.refreshes.plan(id, ["grafana/grafana", "grafana/loki"], now);
    const progress = {
      repository: "grafana/grafana",
      status: "done",
      passed: true,
      counts: { fresh: 2, deferred: 1 },
      updatedAt: now,
    } as const;
    await ports.refreshes.record(id, progress, []);
    const before = await operationOf(heard);
    const stored = await ports.refreshes.get(id);
    if (!stored) throw new Error("the refresh is gone");
    const operation = { ...stored.value.operation, status: "Succeeded" as const };
    await ports.refreshes.update({ ...stored.value, operation }, stored.etag);
    const after = await operationOf(heard);

    expect(before.json).toMatchObject({
      kind: "refresh",
      percentComplete: 50,
      progress: {
        repositories: { total: 2, done: 1, failed: 0 },
        tags: { fresh: 2, deferred: 1 },
      },
    });
    expect(before.headers.get("Retry-After")).toBe("2");
    expect(after.json).toMatchObject({ status: "Succeeded", percentComplete: 100 });
    expect(after.headers.get("Retry-After")).toBeNull();
  });

  it("lists results with their proof, filtered and a page at a time", async () => {
    const id = idOf(await start());
    const now = ports.clock.now();
    const proof = { digest: newDigest, platforms: ["linux/amd64"], at: now };
    await ports.refreshes.plan(id, ["grafana/grafana"], now);
    await ports.refreshes.record(
      id,
      {
        repository: "grafana/grafana",
        status: "running",
        passed: false,
        counts: {},
        updatedAt: now,
      },
      [
        result("1.0", { proof }),
        result("1.1", { status: "stale", cached: oldDigest, wouldDo: "touch" }),
        result("latest"),
      ],
    );
    const path = `${refreshes}/${id}/results`;
    const first = await served.call("GET", `${path}?top=2`);
    const { value, nextLink = "" } = first.json as { value: unknown[]; nextLink?: string };
    const rest = await served.call("GET", nextLink.slice(served.url.length));
    const stale = await served.call("GET", `${path}?status=stale`);

    expect(undocumented("listRefreshResults", first.status, first.json)).toBe("");
    expect(value).toEqual([
      {
        repository: "grafana/grafana",
        tag: "1.0",
        status: "fresh",
        reason: "The registry serves what upstream has.",
        cachedDigest: newDigest,
        upstreamDigest: newDigest,
        proof,
        at: "2026-11-21T02:00:31.000Z",
      },
      expect.objectContaining({ tag: "1.1", wouldDo: "touch", cachedDigest: oldDigest }),
    ]);
    expect([rest.json, stale.json]).toMatchObject([
      { value: [{ tag: "latest" }] },
      { value: [{ tag: "1.1" }] },
    ]);
  });

  it.each([
    ["of another registry", "fabrikam", "contoso"],
    ["that never was", "contoso", "contoso-mfzwizltovzwk4q2mfzwizlto4"],
  ])("is 404 when it is one %s", async (_name, registry, wanted) => {
    const both = fakePorts({ registries: ["contoso", "fabrikam"] });
    const two = await serve(() => both);
    putRule(both, "grafana");
    const asked = await two.call("POST", refreshes, { body: {} });
    const id = wanted === "contoso" ? idOf(asked) : wanted;
    const path = `/api/registries/${registry}/refreshes/${id}/results`;
    const { status, code } = await two.call("GET", path);
    await two.close();

    expect([status, code]).toEqual([404, "RefreshNotFound"]);
  });
});
