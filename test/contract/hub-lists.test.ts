import { describe, expect, it } from "vitest";
import type { Answer } from "../local/service.ts";
import { listed, scriptedHub, session } from "./hub-script.ts";

/* Lists as Docker Hub might give them some day; one that may not be whole is none. */

const hub = scriptedHub();
const evil = "https://evil.example/v2/access-tokens?page=2";

/** The adapter over these pages; what lies behind the last is the last again. */
function pages(...bodies: readonly Record<string, unknown>[]) {
  const { accessTokens } = hub.script((call): Answer => {
    const page = Number(call.query.get("page"));
    return { status: 200, body: bodies[Math.min(page, bodies.length) - 1] };
  });
  return accessTokens;
}

const results = (...numbers: readonly number[]) => numbers.map((number) => listed(number));

describe("listing access tokens", () => {
  it("goes by page number and never where `next` points", async () => {
    const tokens = pages(
      { count: 3, next: evil, results: results(3, 2) },
      { count: 3, next: null, results: results(1) },
    );

    expect((await tokens.list(session)).map(({ label }) => label)).toEqual([
      "token 3",
      "token 2",
      "token 1",
    ]);
    expect(hub.net().seen).toEqual([
      "GET hub.docker.com/v2/access-tokens?page=1&page_size=100 Bearer eyJh.eyJi.c2ln",
      "GET hub.docker.com/v2/access-tokens?page=2&page_size=100 Bearer eyJh.eyJi.c2ln",
    ]);
  });

  it.each([
    ["without a `next` at all", undefined],
    ["with a `next` on the last page", evil],
  ])("goes on until all are there, %s", async (_, next) => {
    const tokens = pages(
      { count: 2, next, results: results(2) },
      { count: 2, next, results: results(1) },
    );

    expect(await tokens.list(session)).toHaveLength(2);
    expect(hub.net().seen).toHaveLength(2);
  });

  it("takes a token once that two pages show", async () => {
    const tokens = pages(
      { count: 3, next: evil, results: results(3, 2) },
      { count: 3, next: null, results: results(2, 1) },
    );

    expect(await tokens.list(session)).toHaveLength(3);
  });

  it.each([
    ["the same page again and again", 2, [{ count: 9, next: evil, results: results(2, 1) }]],
    ["an end too early", 1, [{ count: 3, next: null, results: results(2, 1) }]],
    ["nothing, of many", 1, [{ count: 3, next: evil, results: [] }]],
    [
      "a token that was made meanwhile",
      2,
      [
        { count: 4, next: evil, results: results(4, 3) },
        { count: 5, next: null, results: results(3, 2, 1) },
      ],
    ],
    [
      "a token that was deleted meanwhile, which hides another",
      2,
      [
        { count: 4, next: evil, results: results(4, 3) },
        { count: 3, next: null, results: results(1) },
      ],
    ],
  ])("is unavailable, and ends, for %s", async (_, asked, bodies) => {
    await expect(pages(...bodies).list(session)).rejects.toMatchObject({
      reason: "unavailable",
      problem: { code: "DockerHubUnavailable", message: expect.stringContaining("not whole") },
    });
    expect(hub.net().seen).toHaveLength(asked);
  });

  it.each([
    ["uuid", "../other"],
    ["uuid", undefined],
    ["token_label", 7],
    ["token_label", undefined],
    ["is_active", "true"],
    ["is_active", null],
  ])("reads no page on which a token has the %s %j", async (field, value) => {
    const tokens = pages({
      count: 2,
      next: null,
      results: [listed(2), listed(1, { [field]: value })],
    });

    await expect(tokens.list(session)).rejects.toMatchObject({ reason: "unavailable" });
  });

  it.each([
    ["2026-12-31T23:59:59.987654Z", "2026-12-31T23:59:59.987Z"],
    ["2026-12-31T23:59:59Z", "2026-12-31T23:59:59.000Z"],
    ["2027-01-01T01:00:00+01:00", "2027-01-01T00:00:00.000Z"],
    ["0001-01-01T00:00:00Z", undefined],
    ["2026-12-31T23:59:59", undefined],
    ["2026-13-31T23:59:59Z", undefined],
    ["soon", undefined],
    ["", undefined],
    [1_800_000_000, undefined],
    [null, undefined],
    [undefined, undefined],
  ])("reads the time %j as %j", async (text, time) => {
    const times = { created_at: text, expires_at: text, last_used: text };
    const tokens = pages({ count: 1, next: null, results: [listed(1, times)] });

    const [found] = await tokens.list(session);

    expect([found?.createdAt, found?.expiresAt, found?.lastUsedAt]).toEqual([time, time, time]);
  });

  it.each([undefined, null, "repo:read", [1]])("takes scopes %j for none", async (scopes) => {
    const tokens = pages({ count: 1, next: null, results: [listed(1, { scopes })] });

    expect((await tokens.list(session))[0]?.scopes).toEqual([]);
  });
});
