import { describe, expect, it } from "vitest";
import { liveUntil, messages, place, toldAt } from "./rotation-acts.ts";
import { day, ids, type RotationStage, rotationStage } from "./rotation-stage.ts";

/* What a token may do, and what Docker Hub did not show of it, does not go live without a word. */

const theirEnd = "2027-02-01T02:00:00.000Z";

async function assisted(options: Parameters<typeof rotationStage>[0] = {}): Promise<RotationStage> {
  const stage = rotationStage(options);
  await stage.adopt({ mode: "assisted" });
  await stage.live(60);
  return stage;
}

const tooWide = (uuid: string, replace: string) =>
  `Token ${uuid} may do "repo:admin", and "repo:read" is the most that this deployment allows (ROTATION_MAXIMUM_SCOPE). Pulling needs no more than "repo:read". Replace it: ${replace}.`;
const byPending = "put one that may do no more into the pending secret";

describe("a token of a person's that may do more than ROTATION_MAXIMUM_SCOPE", () => {
  it("goes live with a warning, once", async () => {
    const stage = await assisted();
    const theirs = place(stage, ids.pending, { scopes: ["repo:admin"], expiresAt: theirEnd });

    await stage.live(5 * day);

    expect(stage.liveUuid()).toBe(theirs);
    expect(messages(stage, "ScopeTooWide")).toEqual([tooWide(theirs, byPending)]);
  });

  it("is told once, though its test has grown old and is made again; and the next one, too", async () => {
    const stage = await assisted();
    place(stage, ids.pending, { scopes: ["repo:admin"], expiresAt: theirEnd });
    await liveUntil(stage, "tested");
    stage.ports.clock.advance(900);
    await stage.live(2 * day);
    expect(toldAt(stage, "TokenTested")).toHaveLength(2);
    expect(toldAt(stage, "ScopeTooWide")).toHaveLength(1);

    const second = place(stage, ids.pending, { scopes: ["repo:admin"], expiresAt: theirEnd });
    await stage.live(2 * day);

    expect(stage.liveUuid()).toBe(second);
    expect(toldAt(stage, "ScopeTooWide")).toHaveLength(2);
  });

  it("is allowed where the deployment says so", async () => {
    const stage = await assisted({ settings: { maximumScope: "repo:admin" } });
    place(stage, ids.pending, { scopes: ["repo:admin"], expiresAt: theirEnd });

    await stage.live(2 * day);

    expect(toldAt(stage, "ScopeTooWide")).toEqual([]);
  });

  it("is told also when it was written into the live secret directly, once", async () => {
    const stage = rotationStage({ daysLeft: 80 });
    await stage.adopt();
    await stage.live(60);
    const theirs = place(stage, ids.live, { scopes: ["repo:admin"], expiresAt: theirEnd });

    await stage.live(3 * day);

    expect(messages(stage, "ScopeTooWide")).toEqual([
      tooWide(theirs, "have it renewed now (POST …/rotate with force)"),
    ]);
  });
});

describe("what Docker Hub does not show of a new token", () => {
  it("is told with its test", async () => {
    const stage = rotationStage();
    const { hubLogins } = stage.ports;
    const identify = hubLogins.identify.bind(hubLogins);
    hubLogins.identify = async (account, password) => {
      const found = await identify(account, password);
      return found && { ...found, username: undefined, scopes: [] };
    };
    await stage.adopt();

    await stage.live(60);

    expect(messages(stage, "TokenTested")).toEqual([
      `Token ${stage.liveUuid()} signs in as "larderbot", and the registry of Docker Hub takes it. Docker Hub did not show whose it is and what it may do, so that was not checked.`,
    ]);
  });
});

describe("an organization access token", () => {
  it("is asked for in the organization's words, and told when it may push", async () => {
    const stage = rotationStage();
    const { hub, shelf } = stage.ports;
    hub.addOrganization("contosoorg");
    shelf.seed(ids.username, "contosoorg");
    shelf.seed(ids.live, hub.addOrgToken("contosoorg", { label: "old" }).value, {
      expiresAt: "2026-11-26T02:00:00.000Z",
    });
    await stage.adopt({ mode: "assisted", account: "contosoorg" });
    await stage.live(60);
    const fresh = hub.addOrgToken("contosoorg", { label: "new", scopes: ["scope-image-push"] });
    shelf.seed(ids.pending, fresh.value, { expiresAt: theirEnd });

    await stage.live(2 * day);

    expect(messages(stage, "TokenNeeded")[0]).toMatch(
      /^Have an owner of organization "contosoorg" make an organization access token in Docker's Admin Console /,
    );
    expect(stage.liveUuid()).toBe(fresh.uuid);
    expect(messages(stage, "ScopeTooWide")).toEqual([
      `Token ${fresh.uuid} may do "scope-image-push", and "repo:read" is the most that this deployment allows (ROTATION_MAXIMUM_SCOPE). Pulling needs nothing but the right to pull. Replace it: ${byPending}.`,
    ]);
  });
});
