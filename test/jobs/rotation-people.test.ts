import { describe, expect, it } from "vitest";
import { requestRotation } from "../../src/jobs/request-rotation.ts";
import { anna } from "./people.ts";
import { liveWorks, messages, place, tokensAtHub, toldAt } from "./rotation-acts.ts";
import { day, ids, type RotationStage, rotationStage } from "./rotation-stage.ts";

/* What somebody met who tried it for the first time. */

const force = { force: true, reason: "a laptop was stolen" };

async function assisted(): Promise<RotationStage> {
  const stage = rotationStage();
  await stage.adopt({ mode: "assisted" });
  await stage.live(60);
  return stage;
}

describe("one refusal by Docker Hub", () => {
  it("is a hiccup until it comes again: the old token is retired, not forgotten", async () => {
    const stage = rotationStage({ daysLeft: 80 });
    await stage.adopt();
    await stage.live(3600);
    // Once, as a fault of Docker's would have it.
    const identify = stage.ports.hubLogins.identify.bind(stage.ports.hubLogins);
    let once = true;
    stage.ports.hubLogins.identify = async (...given) => {
      if (!once) return identify(...given);
      once = false;
      return undefined;
    };
    await requestRotation(stage.ports, "contoso", "docker-hub", force, anna);
    await stage.live(12 * day);

    expect(toldAt(stage, "LiveTokenRefused")).toEqual([]);
    expect(toldAt(stage, "OldTokenDeleted")).toHaveLength(1);
    expect(tokensAtHub(stage)).toEqual([stage.liveUuid()]);
  });

  it("is believed when it lasts, within minutes", async () => {
    const stage = rotationStage({ daysLeft: 80 });
    await stage.adopt();
    await stage.live(3600);
    stage.ports.shelf.seed(ids.live, "dckr_pat_revoked_long_ago");
    await stage.live(day + 600);
    expect(toldAt(stage, "LiveTokenRefused")).toHaveLength(1);
    expect(liveWorks(stage)).toBe(true);
  });
});

describe("a token that a person places", () => {
  it("may end in a line break, as files do", async () => {
    const stage = await assisted();
    const theirs = place(stage, ids.pending, { expiresAt: "2027-04-01T02:00:00.000Z" });
    const value = stage.ports.shelf.find(ids.pending) ?? "";
    stage.ports.shelf.seed(ids.pending, `${value}\n`, { expiresAt: "2027-04-01T02:00:00.000Z" });
    await stage.live(2 * 3600);
    expect(stage.liveUuid()).toBe(theirs);
    expect(stage.ports.shelf.find(ids.live)).toBe(value);
  });

  it("is refused with an end that has passed: a mistyped year would make a good token count as dead", async () => {
    const stage = await assisted();
    place(stage, ids.pending, { expiresAt: "2027-11-14T00:00:00.000Z" });
    const value = stage.ports.shelf.find(ids.pending) ?? "";
    stage.ports.shelf.seed(ids.pending, value, { expiresAt: "2023-11-14T00:00:00.000Z" });
    await stage.live(2 * 3600);
    expect(stage.record().ended).toMatchObject([{ failure: { code: "ExpiryPassed" } }]);
    expect(stage.liveUuid()).toBe(stage.oldUuid);
    expect(toldAt(stage, "TokenExpired")).toEqual([]);
  });

  it("is found within the hour when its event is lost, and told what to revoke for a month", async () => {
    const stage = await assisted();
    const theirs = place(stage, ids.pending, {});
    await stage.live(3700);
    expect(stage.liveUuid()).toBe(theirs);
    await stage.live(2 * day);
    expect(messages(stage, "RevocationNeeded")).toHaveLength(1);
  });
});

describe("a token that ends while a failed rotation cools down", () => {
  it("is renewed within the hour all the same", async () => {
    const stage = rotationStage({ daysLeft: 1.2 });
    // Docker Hub does not know the new token for a day: the first rotation fails.
    stage.ports.hub.knobs.newTokenDelaySeconds = day;
    await stage.adopt();
    await stage.live(day);
    expect(stage.record().ended[0]?.state).toBe("failed");
    stage.ports.hub.knobs.newTokenDelaySeconds = 0;
    await stage.live(0.2 * day + 3700);
    expect(liveWorks(stage)).toBe(true);
    expect(stage.liveUuid()).not.toBe(stage.oldUuid);
  });
});
