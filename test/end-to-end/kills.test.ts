import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sample } from "../deep.ts";
import { type App, field, startApp, until } from "./app.ts";

/*
 * The app's process is really killed (SIGKILL), at the moment of its n-th outgoing call after the
 * far end has done it and before the answer arrives, and at moments in between. Whoever asked asks
 * again, as callers do; the platform starts the app anew. Nothing may be lost or done twice.
 */

/** A request and its worker make 20 to 30 calls; the numbers beyond fall into the quiet after. */
const calls = Array.from({ length: 30 }, (_, index) => index + 1);
/** Milliseconds after the request began; a request and its worker take about half a second. */
const moments = Array.from({ length: 30 }, (_, index) => index * 20);

describe("killed at any moment, the app loses nothing", () => {
  let app: App;

  beforeAll(async () => {
    const settings = { RECONCILE_SCHEDULE: "*/2 * * * * *", REPAIR_AFTER_SECONDS: "1" };
    app = await startApp({}, settings);
  });
  afterAll(() => app.close());

  /** Asks until there is an answer that settles it; broken connections and 5xx are asked again. */
  const put = (name: string) =>
    until(
      `an answer for ${name}`,
      () =>
        app
          .call("PUT", `registries/larderdev/rules/${name}`, {
            source: `quay.io/team/${name}`,
            target: name,
          })
          .catch(() => undefined),
      (reply) => reply?.status === 201 || reply?.status === 200,
    );

  /** How the rule ended: its status, its operation's, and how many rules ARM has for its target. */
  const outcome = async (name: string) => {
    const path = `registries/larderdev/rules/${name}`;
    const rule = await until(
      "an active rule",
      () => app.call("GET", path).catch(() => nothing),
      (reply) => field(reply, "status") === "active",
    );
    const operation = await app.call("GET", `operations/${String(field(rule, "operationId"))}`);
    const live = app.standIn.registries[0]?.rules.list();
    return {
      rule: field(rule, "status"),
      operation: field(operation, "status"),
      live: live?.filter(({ properties }) => properties.targetRepository === name).length,
    };
  };
  const nothing = { status: 0, headers: new Headers(), body: {} };
  const good = { rule: "active", operation: "Succeeded", live: 1 };

  it.each(
    sample(calls, 8).map((call) => ({ call, name: `call-${String(call).padStart(3, "0")}` })),
  )("at outgoing call $call", async ({ call, name }) => {
    let seen = 0;
    const unwatch = app.standIn.log.watch(() => {
      seen += 1;
      if (seen === call) void app.host.kill();
    });
    try {
      await put(name);
      expect(await outcome(name)).toEqual(good);
    } finally {
      unwatch();
    }
  });

  it.each(
    sample(moments, 6).map((moment) => ({
      moment,
      name: `after-${String(moment).padStart(3, "0")}-ms`,
    })),
  )("$moment ms after the request began", async ({ moment, name }) => {
    const killed = new Promise<void>((resolve) =>
      setTimeout(() => resolve(app.host.kill()), moment),
    );

    await put(name);
    await killed;

    expect(await outcome(name)).toEqual(good);
  });
});
