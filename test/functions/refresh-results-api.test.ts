import { afterEach, beforeEach, describe, expect, it } from "vitest";
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
