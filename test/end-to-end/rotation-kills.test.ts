import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sample } from "../deep.ts";
import { type App, until } from "./app.ts";
import { type KillPoint, killAt } from "./kill-at.ts";
import {
  addAccount,
  addSet,
  inDays,
  personsVault,
  seedLogin,
  storyOf,
  tokenByHand,
} from "./rotation-accounts.ts";
import { hubTokens, liveWorks, policy, shownSet, startRotating } from "./rotation-stage.ts";

/*
 * The app's process is really killed (SIGKILL) while three things go on at once: a set is adopted and its token renewed; a person
 * has another's renewed; a token that a person placed is put to use for a third. Whatever moment that is: no live secret ever
 * holds a token that does not work, no token is left behind, a stranger's is never touched, and each set's one rotation comes to
 * its end. Whoever asked asks again, as callers do.
 */

/** The three make some three hundred calls together, reads of tables not counted; the simulation kills at each of one's. */
const points = Array.from(
  { length: 27 },
  (_, index): KillPoint => ({ call: 10 * index + 7, when: index % 2 === 0 ? "after" : "before" }),
);
/** The sets, and how many days their tokens have left at first. */
const days = { adopted: 5, asked: 90, placed: 5 } as const;
type Name = keyof typeof days;
const names = Object.keys(days) as Name[];
const path = (name: Name) => `registries/larderdev/credential-sets/${name}`;

describe("killed at any moment of rotations", () => {
  let app: App;
  beforeAll(async () => {
    // Docker's clock is compared with ours by ten seconds; the story in rotation.test.ts waits them out.
    app = await startRotating({ ROTATION_LAST_USED: "ignore" }, { watchStorage: true });
    app.standIn.hub.knobs.requestsPerMinute = 10_000;
    await Promise.all(names.map((name) => addSet(app, name, newLogin(name, "0"))));
  });
  afterAll(() => app.close());

  /** A new account, with a token that somebody else has, and the set's own. */
  const newLogin = (name: Name, round: string) => {
    const account = name + round;
    addAccount(app, account);
    app.standIn.hub.createToken(account, { label: `${account} somebody else's` });
    return { account, token: tokenByHand(app, account, days[name]).token, days: days[name] };
  };
  const adopt = (name: Name, round: string) => {
    const mode = name === "placed" ? "assisted" : "managed";
    return app.call("PUT", path(name), { rotation: { ...policy, mode, account: name + round } });
  };
  const told = (event: string, name: Name) =>
    until(
      `${event} of ${name}`,
      async () => storyOf(app, name).map(([one]) => one),
      (so) => so.includes(event),
      90,
    );
  /** Asks until there is an answer that settles it; broken connections and 5xx are asked again. */
  const insist = (what: string, ask: () => ReturnType<App["call"]>) =>
    until(
      what,
      () => ask().catch(() => undefined),
      (reply) => reply !== undefined && reply.status < 300,
    );
  /** All three as they are before: one not adopted, one with nothing to do, one that waits for a person. */
  const prepare = async (round: string) => {
    app.standIn.topic.clear();
    for (const name of names) seedLogin(app, name, newLogin(name, round));
    const replies = await Promise.all([adopt("asked", round), adopt("placed", round)]);
    expect(replies.map(({ status }) => status)).toEqual([201, 201]);
    await told("TokenNeeded", "placed");
    const looked = () => shownSet(app, path("asked"));
    await until("the look", looked, (set) => set?.token !== undefined);
  };
  /** Everything is asked for, and the app killed under way. Answers the sets whose live secret held a dead token, if only for a moment. */
  const ask = async (point: KillPoint, round: string) => {
    const { token } = tokenByHand(app, `placed${round}`, 90);
    await personsVault(app).setSecret("placed-token-pending", token, { expiresOn: inDays(90) });
    const dead = new Set<Name>();
    const unwatch = app.standIn.log.watch(() => {
      for (const name of names) if (!liveWorks(app, name + round, `${name}-token`)) dead.add(name);
    });
    const kill = killAt(app, point);
    const force = { force: true, reason: "to be killed" };
    await Promise.all([
      insist("the adoption", () => adopt("adopted", round)),
      insist("the request", () => app.call("POST", `${path("asked")}/rotate`, force)),
    ]);
    await Promise.all(names.map((name) => told("RotationEnded", name)));
    kill.stop();
    unwatch();
    expect(kill.killed()).toBe(true);
    return [...dead];
  };

  it.each(sample(points, 3))("$when call $call they go on and end well", async (point) => {
    const round = String(point.call);
    const earlier = new Set(hubTokens(app).map(({ uuid }) => uuid));
    await prepare(round);

    const dead = await ask(point, round);

    expect(dead).toEqual([]);
    const shown = await Promise.all(names.map((name) => shownSet(app, path(name))));
    expect(shown.map((set) => set?.rotation?.last.map(({ state }) => state))).toEqual([
      ["done"],
      ["done"],
      ["done"],
    ]);
    const left = hubTokens(app).filter(({ uuid }) => !earlier.has(uuid));
    // What a person placed only a person revokes.
    expect(left.map(({ label, is_active: active }) => `${label} ${active}`).toSorted()).toEqual([
      `adopted${round} somebody else's true`,
      `asked${round} somebody else's true`,
      expect.stringMatching(/^larder larderdev\/adopted [a-z2-7]{26} true$/),
      expect.stringMatching(/^larder larderdev\/asked [a-z2-7]{26} true$/),
      `placed${round} by hand true`,
      `placed${round} by hand true`,
      `placed${round} somebody else's true`,
    ]);
    await Promise.all(names.map((name) => app.call("PUT", path(name), { rotation: null })));
  });
});
