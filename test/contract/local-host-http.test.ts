import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Host } from "../local/host/host.ts";
import type { Stage } from "./fixtures/host-app/start.ts";
import { stage } from "./fixtures/host-app/start.ts";

let set: Stage;
let host: Host;
beforeAll(async () => {
  set = await stage();
  host = await set.start();
});
afterAll(() => set.close());

const get = (path: string, init?: RequestInit) => fetch(`${host.url}${path}`, init);

/** Sends bytes as they are and returns everything the host answered until it closed. */
function raw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = "";
    const socket = connect(Number(new URL(host.url).port), "127.0.0.1", () => socket.write(text));
    socket.on("data", (part) => {
      answer += part.toString("latin1");
    });
    socket.on("end", () => resolve(answer));
    socket.on("error", reject);
  });
}

describe("the local host finds the function of a request", () => {
  it.each([
    [
      "the first name in order wins, not the literal",
      "/api/shadow/literal",
      "shadow_a",
      { id: "literal" },
    ],
    ["an underscore sorts after letters", "/api/sort/one", "sortb", { value: "one" }],
    ["an optional value given", "/api/optional/-7", "optionalInt", { id: "-7" }],
    ["an optional value absent is left out", "/api/optional", "optionalInt", {}],
    ["letters pass :alpha", "/api/alpha/abc", "alpha", { name: "abc" }],
    ["a catch-all takes the rest", "/api/rest/a/b%20c", "rest", { path: "a/b c" }],
    ["a catch-all may be empty", "/api/rest", "rest", {}],
    ["an encoded slash stays encoded", "/api/shadow/a%2Fb", "shadow_a", { id: "a%2Fb" }],
    ["without a route the name is the route, in any case", "/API/unROUTED/", "Unrouted", {}],
  ])("%s", async (_, path, name, params) => {
    const answer = await get(path);

    expect(await answer.json()).toEqual({ function: name, params });
  });

  it.each([
    ["a path nobody has", "/api/nowhere", "GET"],
    ["a value that misses its constraint", "/api/optional/seven", "GET"],
    ["digits for :alpha", "/api/alpha/a1", "GET"],
    ["a path without the prefix", "/echo", "GET"],
    ["a wrong method", "/api/keyed", "DELETE"],
    ["HEAD where it is not listed", "/api/Unrouted", "HEAD"],
    ["a disabled function", "/api/off", "GET"],
  ])("404 with an empty body for %s", async (_, path, method) => {
    const answer = await get(path, { method });

    expect([answer.status, await answer.text()]).toEqual([404, ""]);
  });
});

describe("the local host checks keys", () => {
  const header = (key: string) => ({ headers: { "x-functions-key": key } });

  it.each([
    ["no key", "/api/keyed", {}, 401],
    ["a wrong key", "/api/keyed", header("wrong"), 401],
    ["the host key", "/api/keyed", header("the-host-key"), 200],
    ["the host key as code", "/api/keyed?code=the-host-key", {}, 200],
    ["the header before the code", "/api/keyed?code=the-host-key", header("wrong"), 401],
    ["the function's own key", "/api/keyed", header("the-own-key"), 200],
    ["the master key", "/api/keyed", header("the-master-key"), 200],
    ["a system key", "/api/keyed", header("the-event-grid-key"), 401],
    ["the host key for admin", "/api/adminOnly", header("the-host-key"), 401],
    ["the master key for admin", "/api/adminOnly", header("the-master-key"), 200],
    ["a disabled function for the master key", "/api/off", header("the-master-key"), 200],
  ])("%s", async (_, path, init, status) => {
    const answer = await get(path, init);

    expect(answer.status).toBe(status);
  });

  it("refuses with an empty body", async () => {
    const answer = await get("/api/keyed");

    expect(await answer.text()).toBe("");
  });
});

describe("the local host hands over requests", () => {
  it("body bytes, url, comma-joined headers and query", async () => {
    const answer = await get("/api/echo?a=1&A=2&b=x%20y", {
      method: "POST",
      headers: [
        ["X-Repeated", "one"],
        ["X-Repeated", "two"],
      ],
      body: new Uint8Array([0, 255, 10]),
    });

    const seen = (await answer.json()) as Record<string, unknown>;
    expect(seen).toEqual({
      method: "POST",
      url: `${host.url}/api/echo?a=1&A=2&b=x%20y`,
      query: { a: "1,2", b: "x y" },
      header: expect.stringMatching(/^one, ?two$/),
      body: "AP8K",
    });
  });

  it.each([
    [
      "a chunked POST arrives empty",
      "POST",
      "Transfer-Encoding: chunked",
      "3\r\nabc\r\n0\r\n\r\n",
      "",
    ],
    ["a POST with a length arrives whole", "POST", "Content-Length: 3", "abc", "YWJj"],
    ["the body of a GET is dropped", "GET", "Content-Length: 3", "abc", ""],
  ])("%s", async (_, method, length, body, expected) => {
    const answer = await raw(
      `${method} /api/echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${length}\r\n\r\n${body}`,
    );

    expect(answer).toContain(`"body":"${expected}"`);
  });

  it("413 for more than 100 MB, before it is sent", async () => {
    const answer = await raw(
      "POST /api/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 104857601\r\n\r\n",
    );

    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  });
});

describe("the local host gives back answers", () => {
  it.each([
    ["throws", 500, ""],
    ["text", 500, ""],
    ["nothing", 200, ""],
    ["empty", 204, ""],
  ])("%s", async (kind, status, body) => {
    const answer = await get(`/api/answer/${kind}`);

    expect([answer.status, await answer.text()]).toEqual([status, body]);
  });

  it("bytes as they are", async () => {
    const answer = await get("/api/answer/bytes");

    expect([answer.status, [...new Uint8Array(await answer.arrayBuffer())]]).toEqual([
      201,
      [0, 255, 128],
    ]);
  });

  it("cookies as ASP.NET writes them", async () => {
    const answer = await get("/api/answer/cookies");

    expect(answer.headers.getSetCookie()).toEqual([
      "a=1%202; max-age=60; path=/; secure; samesite=strict; httponly",
      "b=x; expires=Fri, 02 Jan 1970 00:00:00 GMT; path=/api; samesite=none",
    ]);
  });

  it("headers but no body for HEAD", async () => {
    const answer = await get("/api/echo", { method: "HEAD" });

    expect(answer.headers.get("x-seen-method")).toBe("HEAD");
    expect(await answer.text()).toBe("");
  });

  it("what the hooks made of it, and their logs", async () => {
    const answer = await get("/api/hooked");

    expect([answer.status, await answer.text()]).toEqual([418, "before: input from a hook"]);
    expect(set.log).toContain("[information] rewritten by a log hook");
  });

  it("refuses a registration after start-up", async () => {
    const answer = await get("/api/late");

    expect(await answer.text()).toBe("A function can only be registered during app startup.");
  });

  it("gives the app its settings and nothing of this process", async () => {
    const answer = await get("/api/environment");

    const { names } = (await answer.json()) as { names: string[] };
    expect(names).toEqual([
      "AzureWebJobs.off.Disabled",
      "AzureWebJobsStorage",
      "QUEUE_STORAGE",
      "RECORDER",
      "SWEEP_SCHEDULE",
      "WORK_QUEUE",
    ]);
  });
});
