import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { TagChange } from "../../src/domain/refresh-ports.ts";
import { type FakePorts, fakePorts } from "../fakes/ports.ts";
import { undocumented } from "./document.ts";
import { type Served, serve } from "./serve.ts";
import { putRepository, putRule, tag } from "./tag-world.ts";

const tags = "/api/registries/contoso/tags";
const latest = { repository: "grafana/grafana", tag: "latest" };

let ports: FakePorts;
let served: Served;

beforeEach(async () => {
  ports = fakePorts();
  putRule(ports, "grafana");
  served = await serve(() => ports);
});
afterEach(() => served.close());

const pin = (body: object) => served.call("POST", `${tags}/pin`, { body });
const unpin = (body: object) => served.call("POST", `${tags}/unpin`, { body });
const pins = () => ports.tags.pins("contoso", "grafana/grafana");

async function shownPin(): Promise<unknown> {
  const heard = await served.call("GET", tags);
  return (heard.json as { value: { pin?: unknown }[] }).value[0]?.pin;
}

async function history(): Promise<readonly unknown[]> {
  const { entries } = await ports.history.list("contoso", { limit: 100 });
  return entries.map(({ event, resource, by, message }) => [event, resource, by, message]);
}

describe("a pin", () => {
  it("is kept with its reason and end, shown with the tag, and told in the history", async () => {
    await putRepository(ports, { tags: [tag("latest")] });
    const until = "2026-11-22T00:00:00+01:00";
    const heard = await pin({ ...latest, reason: "12 breaks.", until });

    const expected = {
      reason: "12 breaks.",
      by: "function key",
      since: "2026-11-21T02:00:00.000Z",
      until: "2026-11-21T23:00:00.000Z",
    };
    expect([heard.status, undocumented("pinTag", 200, heard.json)]).toEqual([200, ""]);
    expect(heard.json).toEqual(expected);
    expect(await shownPin()).toEqual(expected);
    expect(await history()).toEqual([
      [
        "pinned",
        "grafana",
        "function key",
        "grafana/grafana:latest stays as it is until 2026-11-21T23:00:00.000Z: 12 breaks.",
      ],
    ]);
  });

  it("ends by itself", async () => {
    await putRepository(ports, { tags: [tag("latest")] });
    await pin({ ...latest, reason: "12 breaks.", until: "2026-11-21T02:00:01Z" });

    ports.clock.advance(1);

    expect(await shownPin()).toBeUndefined();
  });

  it("may come before the tag, and before anything of the repository was checked", async () => {
    const heard = await pin({ ...latest, reason: "Never." });

    expect(heard.status).toBe(200);
    expect(await pins()).toMatchObject([{ tag: "latest", reason: "Never." }]);
    expect((await ports.tags.state("contoso", "grafana/grafana"))?.value).toEqual({
      registry: "contoso",
      repository: "grafana/grafana",
      rule: "grafana",
      counts: {},
      policy: "",
    });
  });

  it("takes the place of the one before", async () => {
    await pin({ ...latest, reason: "First." });
    await pin({ ...latest, reason: "Second." });

    expect(await pins()).toMatchObject([{ reason: "Second." }]);
  });

  it("changes nothing of what a worker knows of the repository, and makes it look again", async () => {
    await putRepository(ports, { tags: [tag("latest")] });
    const before = await ports.tags.state("contoso", "grafana/grafana");
    await pin({ ...latest, reason: "12 breaks." });
    const after = await ports.tags.state("contoso", "grafana/grafana");

    expect(after?.value).toEqual({ ...before?.value, counts: { fresh: 0, pinned: 1 } });
    expect(after?.etag).not.toBe(before?.etag);
  });

  it("shows at once among the pinned, and no longer once it is taken off; then it is looked at soon", async () => {
    await putRepository(ports, { tags: [tag("latest")] });
    const { tags: before } = await ports.tags.list("contoso", { status: "pinned", limit: 10 });
    await pin({ ...latest, reason: "12 breaks." });
    const { tags: pinned } = await ports.tags.list("contoso", { status: "pinned", limit: 10 });
    await served.call("POST", "/api/registries/contoso/tags/unpin", { body: latest });

    expect([before.length, pinned.map((one) => one.tag)]).toEqual([0, ["latest"]]);
    expect(ports.refreshQueue.waiting().map(({ message }) => message)).toEqual([
      { kind: "refresh-repository", registry: "contoso", repository: "grafana/grafana" },
    ]);
  });

  it("is written though workers keep writing, and told once", async () => {
    await putRepository(ports, { tags: [tag("latest")] });
    let others = 0;
    ports.interruptions.interrupt(
      "tags.write",
      "before",
      async () => {
        others += 1;
        if (others % 2 === 1) await putRepository(ports, { state: { listing: undefined } });
      },
      6,
    );

    expect((await pin({ ...latest, reason: "12 breaks." })).status).toBe(200);
    expect(await pins()).toHaveLength(1);
    expect(await history()).toHaveLength(1);
  });

  it("is 409 ConcurrentChange when they never stop", async () => {
    await putRepository(ports, { tags: [tag("latest")] });
    const write = async (change: TagChange) => ports.tags.write({ ...change, etag: 'W/"other"' });
    const busy = await serve(() => ({ ...ports, tags: { ...ports.tags, write } }));

    const heard = await busy.call("POST", `${tags}/pin`, { body: { ...latest, reason: "x" } });
    await busy.close();

    expect([heard.status, heard.code]).toEqual([409, "ConcurrentChange"]);
  });
});

describe("unpinning", () => {
  it("lets the tag move again, and a repeat is harmless", async () => {
    await pin({ ...latest, reason: "12 breaks." });
    ports.clock.advance(1);
    const first = await unpin(latest);
    const second = await unpin(latest);

    expect([first.status, first.text, second.status]).toEqual([204, "", 204]);
    expect(await pins()).toEqual([]);
    expect(await history()).toMatchObject([
      [
        "unpinned",
        "grafana",
        "function key",
        "grafana/grafana:latest may move again. It was pinned by function key: 12 breaks.",
      ],
      ["pinned", "grafana", "function key", expect.any(String)],
    ]);
  });

  it("works when no rule serves the repository any more", async () => {
    await putRepository(ports, {
      repository: "old/app",
      pins: [{ tag: "1", reason: "Old.", by: "ada", since: "2026-01-01T00:00:00.000Z" }],
    });

    expect((await unpin({ repository: "old/app", tag: "1" })).status).toBe(204);
    expect(await ports.tags.pins("contoso", "old/app")).toEqual([]);
  });
});

describe("a pin that is refused", () => {
  it.each([
    ["an end that has passed", { until: "2026-11-21T02:00:00Z" }, "ExpiresInThePast", "until"],
    [
      "a repository no rule serves",
      { repository: "nobody/app" },
      "RepositoryNotServed",
      "repository",
    ],
  ])("for %s", async (_name, wrong, code, target) => {
    const heard = await pin({ ...latest, reason: "x", ...wrong });

    expect(heard.status).toBe(400);
    expect(heard.json).toMatchObject({ error: { code, target } });
    expect(await history()).toEqual([]);
  });
});
