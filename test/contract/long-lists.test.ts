import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { ask } from "../../src/azure/ask.ts";
import { pages } from "../../src/azure/pages.ts";
import { repositories } from "../../src/azure/repositories.ts";
import { faults } from "../local/faults.ts";
import { requestLog } from "../local/request-log.ts";
import { type Listener, listen, type Service } from "../local/service.ts";
import { authority } from "../local/tls.ts";

/* A list may take longer than one answer may: each page has its own time. */

describe("pages", () => {
  const held = [["a", "b"], [], ["c"]];
  const read = async ({ continuationToken: token = "0" }) => {
    const [at, next] = [Number(token), Number(token) + 1];
    const page = Object.assign([...(held[at] ?? [])], {
      continuationToken: next < held.length ? String(next) : undefined,
    });
    return { done: false as const, value: page };
  };
  const all = async (...given: Parameters<typeof pages<string>>) => {
    const seen: string[][] = [];
    for await (const page of pages(...given)) seen.push([...page]);
    return seen;
  };

  it("are asked for one by one, empty ones between others too", async () => {
    expect(await all(read)).toEqual([["a", "b"], [], ["c"]]);
  });

  it("begin where they are told to", async () => {
    expect(await all(read, { continuationToken: "2" })).toEqual([["c"]]);
  });

  it("are none when the list has none", async () => {
    expect(await all(async () => ({ done: true, value: undefined }))).toEqual([]);
  });
});

describe("an answer that never comes", () => {
  it("ends when its time is up, even if the exchange does not heed the signal", async () => {
    await expect(ask("look", () => new Promise(() => {}), { seconds: 0.02 })).rejects.toMatchObject(
      { reason: "unavailable", problem: { code: "TimedOut" } },
    );
  });
});

describe("repositories", () => {
  const names = Array.from({ length: 1200 }, (_, n) => `app${String(n).padStart(4, "0")}`);
  /** A registry's catalogue, a hundred names a page. */
  const catalogue: Service = {
    name: "acr",
    endpoint: () => "catalogue",
    answer({ query }) {
      const rest = names.filter((name) => name > (query.get("last") ?? ""));
      const page = rest.slice(0, 100);
      const link = `</acr/v1/_catalog?last=${page.at(-1)}&n=100>; rel="next"`;
      const headers = rest.length > page.length ? { link } : {};
      return { status: 200, headers, body: { repositories: page } };
    },
  };
  let listener: Listener;

  beforeAll(async () => {
    const certificate = await authority([]);
    setDefaultCACertificates([...getCACertificates("default"), certificate.ca]);
    const around = { faults: faults(), log: requestLog(), delayMs: 120 };
    listener = await listen(catalogue, around, { certificate });
  });
  afterAll(() => listener.close());
  afterEach(() => vi.restoreAllMocks());

  it("are listed to the end, though all pages outlast the time of one", async () => {
    const timeout = AbortSignal.timeout.bind(AbortSignal);
    // Twenty times as fast as the real time: a second for an answer, and twelve take longer.
    vi.spyOn(AbortSignal, "timeout").mockImplementation((ms) => timeout(ms / 20));
    const served = {
      names: ["contoso"],
      id: async () => "/subscriptions/unused",
      loginServer: async () => new URL(listener.url).host,
      tier: async () => "Basic" as const,
    };
    const nobody = { getToken: async () => null };

    expect(await repositories(served, nobody).list("contoso", "", 2000)).toEqual(names);
  });
});
