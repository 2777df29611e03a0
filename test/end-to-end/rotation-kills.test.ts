import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sample } from "../deep.ts";
import { type App, until } from "./app.ts";
import {
  hubTokens,
  liveWorks,
  policy,
  setPath,
  shownSet,
  startRotating,
} from "./rotation-stage.ts";

/*
 * The app's process is really killed (SIGKILL) at the moment of its n-th outgoing call during a rotation, after the far
 * end has done it and before the answer arrives. Whatever moment that is: the live secret never holds a token that
 * does not work, no token is left behind, a stranger's is never touched, and the rotation comes to its end.
 */

/** A rotation makes some eighty calls from its start to the old token's end, tables and queues not counted; the simulation kills at each. */
const calls = Array.from({ length: 20 }, (_, index) => 4 * index + 1);
const watched = new Set(["docker-hub", "vault", "arm", "acr"]);

describe("killed at any moment of a rotation", () => {
  let app: App;
  beforeAll(async () => {
    // Docker's clock is compared with ours by ten seconds; the story in rotation.test.ts waits them out.
    app = await startRotating({ ROTATION_LAST_USED: "ignore" });
    app.standIn.hub.createToken("larderbot", { label: "somebody else's" });
    await app.call("PUT", setPath, { rotation: policy });
    await until(
      "the first",
      () => shownSet(app),
      (set) => set?.rotation?.last[0] !== undefined,
      60,
    );
  });
  afterAll(() => app.close());

  it.each(sample(calls, 4))("at outgoing call %i it goes on and ends well", async (call) => {
    const force = { force: true, reason: `kill ${call}` };
    const asked = await app.call("POST", `${setPath}/rotate`, force);
    const { id } = asked.body as { readonly id: string };
    let seen = 0;
    let dead = 0;
    const unwatch = app.standIn.log.watch(({ service }) => {
      if (!liveWorks(app)) dead += 1;
      if (!watched.has(service)) return;
      seen += 1;
      if (seen === call) void app.host.kill();
    });
    try {
      const shown = await until(
        "the end",
        () => shownSet(app),
        (set) => set?.rotation?.last.some((one) => one.id === id) === true,
        90,
      );

      expect(shown?.rotation?.last.find((one) => one.id === id)).toMatchObject({ state: "done" });
      expect(dead).toBe(0);
      expect(liveWorks(app)).toBe(true);
      expect(
        hubTokens(app).map(({ label, is_active: active }) => [label.slice(0, 17), active]),
      ).toEqual(expect.arrayContaining([["somebody else's", true]]));
      const made = hubTokens(app).filter(({ label }) => label.startsWith("larder larderdev/"));
      expect(made).toHaveLength(1);
    } finally {
      unwatch();
    }
  });
});
