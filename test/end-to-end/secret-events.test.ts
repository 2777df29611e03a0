import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type App, deliverEvent, startApp, until } from "./app.ts";

/* What Key Vault tells reaches the app, however Event Grid delivers it, and is never refused. */

/** Of deliveries, as Event Grid counts them. */
interface Counts {
  readonly published: number;
  readonly delivered: number;
  readonly failedTries: number;
  readonly dead: number;
}

describe.each(["CloudEventSchemaV1_0", "EventGridSchema"] as const)("in %s", (eventSchema) => {
  let app: App;
  beforeAll(async () => {
    app = await startApp({ eventSchema });
  });
  afterAll(() => app.close());

  const counts = () => app.standIn.eventGrid.state() as Counts;
  /** Waits until `wanted` more deliveries were taken than `before`, and answers how many failed meanwhile. */
  const taken = async (wanted: number, { delivered, failedTries }: Counts) => {
    const enough = (now: Counts) =>
      now.delivered + now.failedTries >= delivered + failedTries + wanted;
    const now = await until("the deliveries", async () => counts(), enough);
    return { delivered: now.delivered - delivered, failed: now.failedTries - failedTries };
  };
  /** A new version of a secret, which is near its end at once; the vault tells of it by itself. */
  const nearExpiry = (name: string) =>
    app.standIn.vault.seed(name, "no-secret", {
      exp: Math.floor(app.standIn.clock.now() / 1000) + 86_400,
    });
  const errors = () => app.log.filter((line) => line.startsWith("[error]"));

  it("an event of a secret that nobody's credential set has is taken", async () => {
    const before = counts();

    nearExpiry("somebody-elses");

    expect(await taken(1, before)).toEqual({ delivered: 1, failed: 0 });
    expect(app.log.some((line) => line.includes("somebody-elses"))).toBe(true);
  });

  it("with the documentation's quirks, twice and out of order, each delivery is taken", async () => {
    const { switches } = app.standIn.eventGrid;
    const before = counts();
    Object.assign(switches, { documentedQuirks: true, duplicate: true, reorder: true });

    for (const name of ["one", "two", "one", "three"]) nearExpiry(name);
    const early = await taken(2, before);
    app.standIn.clock.advance(5);
    const all = await taken(6, before);
    Object.assign(switches, { documentedQuirks: false, duplicate: false, reorder: false });

    // Two versions of one secret within a tick: only the current one is told of.
    expect([early.failed, all]).toEqual([0, { delivered: 6, failed: 0 }]);
    expect(app.log.filter((line) => line.includes("ignored"))).toEqual([]);
  });

  const event = (data: Readonly<Record<string, unknown>>, kind = "SecretExpired") => ({
    id: randomUUID(),
    subject: "docker-hub-token",
    [eventSchema === "EventGridSchema" ? "eventType" : "type"]: `Microsoft.KeyVault.${kind}`,
    data,
  });
  const deliver = (body: unknown) => deliverEvent(app.host, body);
  const expired = {
    Id: "https://fabrikam.vault.azure.net/secrets/docker-hub-token/a1",
    VaultName: "fabrikam",
    ObjectType: "Secret",
    ObjectName: "docker-hub-token",
    Version: "a1",
    NBF: null,
    EXP: "1559082102",
  };

  it.each([
    ["another vault's secret", () => event(expired)],
    ["a secret by its names alone", () => event({ ...expired, Id: undefined })],
    ["a stale version", () => event({ ...expired, Version: "0" }, "SecretNewVersionCreated")],
  ])("%s is taken", async (_, made) => {
    const seen = app.log.length;

    expect(await deliver(made())).toEqual([202, ""]);
    expect(app.log.slice(seen).filter((line) => line.includes("ignored"))).toEqual([]);
  });

  it.each([
    ["a certificate's event", () => event(expired, "CertificateExpired"), "CertificateExpired."],
    [
      "a key under a secret's name",
      () => event({ ...expired, ObjectType: "Key" }),
      "not called a secret.",
    ],
    [
      "an event without names",
      () => event({ ObjectType: "Secret" }),
      "names no vault, or no secret.",
    ],
    [
      "an event of text",
      () => ({ ...event({}), data: "dckr_pat_x" }),
      "SecretExpired came without data.",
    ],
    [
      "something of another service",
      () => ({ type: "Contoso.dckr_pat_x", data: expired }),
      "not follow.",
    ],
    ["a number", () => 7, "It is no object."],
    ["null", () => [null], "It is no object."],
  ])("%s is taken and left alone, with the reason in the log", async (_, made, reason) => {
    const seen = app.log.length;

    expect(await deliver(made())).toEqual([202, ""]);
    const said = app.log.slice(seen).filter((line) => line.includes("An event was ignored."));
    expect(said).toHaveLength(1);
    expect(said[0]).toContain(reason);
  });

  it("nothing was thrown, and nothing said that only an event knew", () => {
    expect(errors()).toEqual([]);
    expect(counts()).toMatchObject({ failedTries: 0, dead: 0 });
    expect(app.log.filter((line) => line.includes("dckr_pat"))).toEqual([]);
  });
});
