import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { LarderError } from "../../src/domain/errors.ts";
import { type FakePorts, fakePorts } from "../fakes/ports.ts";
import { undocumented } from "./document.ts";
import { type Heard, type Served, serve } from "./serve.ts";
import { putRule } from "./tag-world.ts";

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
