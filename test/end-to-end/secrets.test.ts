import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type App, startApp, until } from "./app.ts";
import { cacheImage, pushUpstream } from "./cached-images.ts";
import { tokenByHand } from "./rotation-accounts.ts";
import { policy, setPath, shownSet } from "./rotation-stage.ts";
import { formsOf } from "./secret-forms.ts";
import { queueMessages, secretValue, tableRows } from "./written.ts";

/*
 * The whole flow of rules, refreshes and rotations, on good days and bad, and then a search through everything that was
 * written for every secret the app got to see: in tables, queues, logs, events and answers.
 */

/** Base32, as authenticators take it; made up. */
const totpSeed = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

describe("no secret is written anywhere", () => {
  /** The account's password, and every token that was live or pending at some time. */
  const remembered = new Set<string>();
  /** Of logins that only wanted their second factor, and of the authenticator. */
  const halves = new Set<string>();
  const codes = new Set<string>();
  let app: App;
  const answers: string[] = [];

  beforeAll(async () => {
    app = await startApp(
      {},
      {
        RECONCILE_SCHEDULE: "*/1 * * * * *",
        REFRESH_MESSAGE_SECONDS: "1",
        ROTATION_SCHEDULE: "*/1 * * * * *",
        ROTATION_LEASE_SECONDS: "5",
        ROTATION_LAST_USED: "ignore",
      },
    );
    const { hub, log, vault } = app.standIn;
    const password = secretValue(app, "docker-hub-larderbot-password");
    // The account as it would have been with two-factor login from the start.
    hub.addAccount({ username: "larderbot", password, twoFactorSeed: totpSeed });
    hub.knobs.requestsPerMinute = 10_000;
    vault.seed("docker-hub-larderbot-totp-seed", totpSeed);
    vault.seed("docker-hub-token", tokenByHand(app, "larderbot", 5).token);
    remembered.add(password).add(secretValue(app, "docker-hub-token"));
    log.watch(({ call: { path, body } }) => {
      if (path !== "/v2/users/2fa-login") return;
      const { login_2fa_token: half, code } = JSON.parse(body.toString());
      halves.add(half);
      codes.add(code);
    });
  });
  afterAll(() => app.close());

  const ask = async (name: string, source: string) => {
    const reply = await app.call("PUT", `registries/larderdev/rules/${name}`, {
      source,
      target: name,
    });
    answers.push(JSON.stringify([reply.body, [...reply.headers]]));
    return reply.status;
  };

  it("on a good day, and while every far end fails in its own words", async () => {
    const { faults } = app.standIn;
    const statuses: number[] = [await ask("good-day", "docker.io/library/nginx")];
    const troubles = [
      { where: "auth.docker.io", kind: "401" },
      { where: "auth.docker.io", kind: "429" },
      { where: "docker.io", kind: "pull-limit" },
      { where: "docker.io", kind: "500" },
      { where: "vault", kind: "403", match: "docker-hub-token" },
      { where: "vault", kind: "500" },
      { where: "identity", kind: "500" },
      { where: "arm", kind: "403", match: "^GET" },
      { where: "arm", kind: "400", match: "^PUT" },
      { where: "acr", kind: "401" },
      { where: "acr", kind: "drop" },
    ];
    for (const [index, trouble] of troubles.entries()) {
      faults.add(trouble);
      statuses.push(await ask(`bad-day-${index}`, `docker.io/team/app${index}`));
      faults.clear();
    }
    await until(
      "the work",
      () => app.call("GET", "registries/larderdev/rules?status=requested"),
      ({ body }) => (body as { value: unknown[] }).value.length === 0,
    );
    answers.push(JSON.stringify((await app.call("GET", "registries/larderdev/rules")).body));
    answers.push(
      JSON.stringify((await app.call("GET", "registries/larderdev/history?top=100")).body),
    );
    answers.push(JSON.stringify((await app.call("GET", "status")).body));

    expect(statuses[0]).toBe(201);
    expect(statuses.filter((status) => status === 500)).toEqual([]);
    // Some of these days must have been bad for the caller, and some not, or nothing was tried.
    expect(new Set(statuses).size).toBeGreaterThan(2);
  });

  it("nor while tags are refreshed, and every far end fails in its own words", async () => {
    const { faults } = app.standIn;
    app.standIn.registries[0]?.configure({ importDelayMs: 30, tagMode: "sticky" });
    const repository = "team/fresh";
    await app.call("PUT", "registries/larderdev/rules/team-fresh", {
      source: "docker.io/team/fresh",
      target: repository,
      refresh: { tags: ["latest"], strategy: "purge", platforms: ["linux/amd64"] },
    });
    const rule = () => app.call("GET", "registries/larderdev/rules/team-fresh");
    await until("the rule", rule, ({ body }) => JSON.stringify(body).includes('"active"'));
    await cacheImage(app, repository, "latest");
    const troubles = [
      { where: "docker.io", kind: "pull-limit" },
      { where: "auth.docker.io", kind: "401" },
      { where: "acr", kind: "source-unauthorized" },
      { where: "acr", kind: "401" },
      { where: "acr", kind: "500" },
      { where: "identity", kind: "500" },
      { where: "vault", kind: "403" },
    ];
    const ends = new Set<unknown>();
    for (const trouble of [...troubles, undefined]) {
      await pushUpstream(app, `docker.io/${repository}:latest`);
      if (trouble) faults.add({ ...trouble, times: 3 });
      const asked = await app.call("POST", "registries/larderdev/refreshes", {});
      const id = String((asked.body as { id: string }).id);
      const results = () => app.call("GET", `registries/larderdev/refreshes/${id}/results`);
      const some = ({ body }: { body: unknown }) => JSON.stringify(body).length > 20;
      // Where the message itself fails, the host tries it again half a minute later.
      await until("a result", results, some, 3).catch(() => undefined);
      faults.clear();
      const told = await results();
      answers.push(JSON.stringify(told.body));
      for (const one of (told.body as { value: { status: string }[] }).value) ends.add(one.status);
    }
    answers.push(JSON.stringify((await app.call("GET", "registries/larderdev/tags")).body));
    answers.push(JSON.stringify((await app.call("GET", "status")).body));

    // Some were refused, or stood in the way; else nothing was tried.
    expect(ends.size).toBeGreaterThan(1);
  });

  it("nor while tokens are renewed, and every far end fails in its own words", async () => {
    const { faults } = app.standIn;
    const call = async (method: string, path: string, body?: unknown) => {
      const reply = await app.call(method, path, body);
      answers.push(JSON.stringify([reply.body, [...reply.headers]]));
      return reply;
    };
    await call("PUT", setPath, { rotation: policy });
    const troubles = [
      { where: "docker-hub", kind: "login-refused" },
      { where: "docker-hub", kind: "500", match: "2fa-login" },
      { where: "docker-hub", kind: "429", match: "^GET" },
      { where: "docker-hub", kind: "too-many-tokens" },
      { where: "docker-hub", kind: "lose", match: "^POST /v2/access-tokens" },
      { where: "docker-hub", kind: "500" },
      { where: "auth.docker.io", kind: "401" },
      { where: "vault", kind: "403", match: "pending" },
      { where: "vault", kind: "lose", match: "^PUT" },
      { where: "arm", kind: "operation-fails", match: "^PATCH" },
      { where: "topic", kind: "401" },
      { where: "acr", kind: "source-unauthorized" },
    ];
    const states = new Set<string>();
    const look = async () => {
      const set = await shownSet(app);
      const { running, retiring = [] } = set?.rotation ?? {};
      states.add(running?.problem?.code ?? running?.state ?? "quiet");
      for (const name of ["docker-hub-token", "docker-hub-token-pending"])
        remembered.add(secretValue(app, name));
      return running === undefined && retiring.length === 0;
    };
    const forSeconds = (seconds: number) =>
      until("quiet", look, (quiet) => quiet && seconds > 5, seconds).catch(() => undefined);
    // Each call wakes what waits for a fault to pass.
    const rotate = () => call("POST", `${setPath}/rotate`, { force: true, reason: "to be tried" });
    for (const trouble of troubles) {
      faults.add(trouble);
      await rotate();
      await forSeconds(1);
      faults.clear();
      await rotate();
      await forSeconds(1);
    }
    await forSeconds(8);
    for (const path of [setPath, "status", "registries/larderdev/history?top=100"])
      await call("GET", path);

    // Some of these days must have been bad, and new tokens made on others, or nothing was tried.
    expect(states.size).toBeGreaterThan(2);
    expect(remembered.size).toBeGreaterThan(3);
    expect(codes.size).toBeGreaterThan(0);
  });

  it("searched for by their beginnings, middles and ends, also in base64", async () => {
    const written = {
      tables: await tableRows(app),
      queues: await queueMessages(app),
      logs: app.log.join("\n"),
      events: JSON.stringify(app.standIn.topic.events()),
      answers: answers.join("\n"),
    };
    for (const text of Object.values(written)) expect(text.length).toBeGreaterThan(0);
    const secrets = {
      "Docker Hub token": secretValue(app, "docker-hub-token"),
      "quay.io token": secretValue(app, "quay-token"),
      "identity header": app.standIn.settings["IDENTITY_HEADER"] ?? "",
      "storage key": /AccountKey=([^;]+)/.exec(app.standIn.storage)?.[1] ?? "",
      "function key": app.host.functionKey,
      "master key": app.host.masterKey,
      "TOTP seed": totpSeed,
      ...Object.fromEntries(
        [...remembered, ...halves]
          .filter(Boolean)
          .map((value, index) => [`token, password or half login ${index}`, value]),
      ),
    };

    const found = Object.entries(secrets).flatMap(([name, value]) => {
      const forms = formsOf(value);
      expect(forms.length).toBeGreaterThan(5);
      return Object.entries(written).flatMap(([where, text]) =>
        forms.filter((form) => text.includes(form)).map(() => `${name} in ${where}`),
      );
    });
    expect(found).toEqual([]);
    // So short that a digest may have one within.
    const code = new RegExp(`\\b(${[...codes].join("|")})\\b`);
    expect(
      Object.entries(written)
        .filter(([, text]) => code.test(text))
        .map(([where]) => where),
    ).toEqual([]);
    // Any JSON web token, be it ARM's, the registry's or Docker Hub's.
    expect(
      Object.entries(written)
        .filter(([, text]) => /eyJ[\w-]{10,}\.eyJ/.test(text))
        .map(([where]) => where),
    ).toEqual([]);
  });
});
