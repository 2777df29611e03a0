import { TableClient, TableServiceClient } from "@azure/data-tables";
import { QueueServiceClient } from "@azure/storage-queue";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type App, startApp, until } from "./app.ts";
import { cacheImage, pushUpstream } from "./cached-images.ts";

/*
 * The whole flow of rules and of refreshes, on good days and bad, and then a search through everything that was
 * written for every secret the app got to see: in tables, queues, logs and answers.
 */

describe("no secret is written anywhere", () => {
  let app: App;
  const answers: string[] = [];

  beforeAll(async () => {
    app = await startApp({}, { RECONCILE_SCHEDULE: "*/1 * * * * *", REFRESH_MESSAGE_SECONDS: "1" });
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

  it("searched for whole, in halves and in base64", async () => {
    const written = {
      tables: await tableRows(app),
      queues: await queueMessages(app),
      logs: app.log.join("\n"),
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
    };

    const found = Object.entries(secrets).flatMap(([name, value]) => {
      expect(value.length).toBeGreaterThan(15);
      const middle = Math.floor(value.length / 2);
      const forms = [
        value,
        value.slice(0, middle).slice(-12),
        value.slice(middle).slice(0, 12),
        Buffer.from(value).toString("base64").slice(0, 20),
      ];
      return Object.entries(written).flatMap(([where, text]) =>
        forms.filter((form) => text.includes(form)).map(() => `${name} in ${where}`),
      );
    });
    expect(found).toEqual([]);
    // Any JSON web token, be it ARM's, the registry's or Docker Hub's.
    expect(
      Object.entries(written)
        .filter(([, text]) => /eyJ[\w-]{10,}\.eyJ/.test(text))
        .map(([where]) => where),
    ).toEqual([]);
  });
});

function secretValue(app: App, name: string): string {
  const read = app.standIn.vault.reader.readAs(
    app.standIn.identity.appPrincipalId,
    `${app.standIn.urls.vault}/secrets/${name}`,
  );
  return "value" in read ? read.value : "";
}

async function tableRows(app: App): Promise<string> {
  const options = { allowInsecureConnection: true };
  const rows: string[] = [];
  for await (const { name = "" } of TableServiceClient.fromConnectionString(
    app.standIn.storage,
    options,
  ).listTables())
    for await (const row of TableClient.fromConnectionString(
      app.standIn.storage,
      name,
      options,
    ).listEntities())
      rows.push(JSON.stringify(row));
  return rows.join("\n");
}

/** Messages that nobody took yet, or that nobody could take: one bad message is put there to be found. */
async function queueMessages(app: App): Promise<string> {
  const service = QueueServiceClient.fromConnectionString(app.standIn.storage);
  const found: string[] = [];
  for await (const { name } of service.listQueues()) {
    const queue = service.getQueueClient(name);
    found.push(name);
    const { peekedMessageItems } = await queue.peekMessages({ numberOfMessages: 32 });
    for (const { messageText } of peekedMessageItems)
      found.push(messageText, Buffer.from(messageText, "base64").toString());
  }
  return found.join("\n");
}
