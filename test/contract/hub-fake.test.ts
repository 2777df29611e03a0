import { describe, expect, it } from "vitest";
import { virtualClock } from "../fakes/clock.ts";
import { fakeHub } from "../fakes/docker-hub.ts";
import { sessionOf } from "./hub-worlds.ts";

/* What job tests see of the fake Docker Hub beside its ports; those are held to their contracts elsewhere. */

const wish = { label: "new", scope: "repo:read", expiresAt: "2027-02-01T00:00:00.000Z" } as const;

async function world() {
  const clock = virtualClock();
  const hub = fakeHub(clock);
  hub.addAccount({ username: "larry", password: "p" });
  return { clock, hub, session: await sessionOf(hub.logins, "larry", "p") };
}

describe("the fake Docker Hub", () => {
  it("notes what was done through the port, and who made what", async () => {
    const { clock, hub, session } = await world();
    const { uuid: by } = hub.addToken("larry", { label: "by hand" });
    const { uuid, value } = await hub.accessTokens.create(session, wish);
    clock.advance(60);
    await hub.accessTokens.setActive(session, by, true);
    await hub.accessTokens.setActive(session, uuid, false);
    await hub.accessTokens.remove(session, uuid);
    await hub.accessTokens.remove(session, uuid);

    expect(hub.log).toEqual([
      { kind: "created", uuid, label: "new", at: "2026-11-21T02:00:00.000Z" },
      { kind: "enabled", uuid: by, label: "by hand", at: "2026-11-21T02:01:00.000Z" },
      { kind: "disabled", uuid, label: "new", at: "2026-11-21T02:01:00.000Z" },
      { kind: "removed", uuid, label: "new", at: "2026-11-21T02:01:00.000Z" },
    ]);
    expect(hub.tokens("LARRY").map((one) => [one.uuid, one.madeBy])).toEqual([[by, "person"]]);
    expect(hub.uuidOf(value.reveal())).toBe(uuid);
    expect(hub.uuidOf("dckr_pat_never")).toBeUndefined();
  });

  it("tells whether a token works without using it", async () => {
    const { clock, hub } = await world();
    const expiresAt = "2026-11-21T03:00:00.000Z";
    const { uuid, value } = hub.addToken("larry", { label: "a", expiresAt });

    const works = hub.works(value);
    const unused = hub.tokens("larry")[0]?.lastUsedAt;
    const use = [hub.use("larry", value)?.uuid, hub.use("other", value)];
    const used = hub.tokens("larry")[0]?.lastUsedAt;
    clock.advance(3600);

    expect([works, unused, use, used, hub.works(value), hub.use("larry", value)]).toEqual([
      true,
      undefined,
      [uuid, undefined],
      "2026-11-21T02:00:00.000Z",
      false,
      undefined,
    ]);
  });

  it("takes organizations' tokens under the organization's name", async () => {
    const { hub } = await world();
    hub.addOrganization("acme");
    const { uuid, value } = hub.addOrgToken("acme", { label: "cache" });

    expect([hub.use("acme", value)?.uuid, hub.use("larry", value)]).toEqual([uuid, undefined]);
    expect(hub.tokens("acme").map((one) => one.label)).toEqual(["cache"]);
  });

  it("refuses new tokens in the words it is given, and follows a changed password", async () => {
    const { hub, session } = await world();
    hub.knobs.createRefusal = "not today";
    hub.setPassword("larry", "q");

    await expect(hub.accessTokens.create(session, wish)).rejects.toMatchObject({
      reason: "refused",
      problem: { message: expect.stringContaining("not today") },
    });
    await expect(sessionOf(hub.logins, "larry", "p")).rejects.toThrow("passwordRefused");
    await expect(sessionOf(hub.logins, "larry", "q")).resolves.toBeDefined();
  });

  it("is the same in every run", async () => {
    const [first, second] = [await world(), await world()].map(({ hub }) =>
      ["a", "b"].map((label) => hub.addToken("larry", { label })),
    );

    expect(first).toEqual(second);
    expect(new Set(first?.map(({ value }) => value.slice(0, 14))).size).toBe(2);
    expect(first?.[0]?.value).toMatch(/^dckr_pat_[\w-]{27}$/);
  });
});
