import { InvocationContext, type Timer } from "@azure/functions";
import { beforeEach, describe, expect, it } from "vitest";
import { LarderError } from "../../src/domain/errors.ts";
import { rotationSweep } from "../../src/functions/rotation-sweep.ts";
import { rotationWork } from "../../src/functions/rotation-work.ts";
import { secretEvents } from "../../src/functions/secret-events.ts";
import { type FakePorts, fakePorts } from "../fakes/ports.ts";

let ports: FakePorts;
let log: string[];

beforeEach(() => {
  ports = fakePorts();
  log = [];
});

function context(): InvocationContext {
  return new InvocationContext({
    logHandler: (level, ...words) => void log.push([level, ...words].map(String).join(" ")),
  });
}

const failing = (error: Error) => () => {
  throw error;
};

describe("the trigger of the vault's events", () => {
  const event = (type: string, secret = "docker-hub-token") => ({
    type: `Microsoft.KeyVault.${type}`,
    data: {
      Id: `https://contoso.vault.azure.net/secrets/${secret}/a1`,
      ObjectType: "Secret",
    },
  });
  const run = async (given: unknown, of: () => FakePorts = () => ports) =>
    // The host hands over whatever was delivered.
    await secretEvents(of).handler(given as never, context());

  it.each(["SecretNearExpiry", "SecretExpired", "SecretNewVersionCreated"])(
    "has %s noted, and logs one line",
    async (type) => {
      await run(event(type));

      expect(log).toHaveLength(1);
      expect(log[0]).toContain(
        `information ${type} of secret "docker-hub-token" in vault "contoso"`,
      );
    },
  );

  it.each([
    ["another type", event("KeyExpired"), "Microsoft.KeyVault.KeyExpired."],
    ["no object", "SecretExpired", "It is no object."],
    ["nothing", undefined, "It is no object."],
    ["no data", { type: "Microsoft.KeyVault.SecretExpired" }, "SecretExpired came without data."],
  ])("succeeds on %s and says why it did nothing", async (_, given, reason) => {
    await run(given, failing(new Error("was asked for ports")));

    expect(log).toHaveLength(1);
    expect(log[0]).toContain("information An event was ignored. ");
    expect(log[0]).toContain(reason);
  });

  it("fails in our own words, so that the event comes again", async () => {
    const error = new LarderError(
      "unavailable",
      { code: "StorageUnavailable", message: "The table did not answer." },
      { cause: new Error("AccountKey=c2VjcmV0") },
    );

    await expect(run(event("SecretExpired"), failing(error))).rejects.toThrow(
      /^StorageUnavailable: The table did not answer\.$/,
    );
    expect(log).toEqual([]);
  });

  it("keeps the words of a bug from whoever delivered", async () => {
    const bug = new TypeError("dckr_pat_secret is not a function");

    await expect(run(event("SecretExpired"), failing(bug))).rejects.toThrow(
      /^The event could not be noted\. The log says why\.$/,
    );
    expect(log).toHaveLength(1);
    expect(log[0]).toMatch(/^error An event could not be noted/);
  });
});

describe("the rotation worker's trigger", () => {
  const { queueName, connection, handler } = rotationWork(() => ports);
  const message = { kind: "rotate-credential-set", registry: "contoso", name: "docker-hub" };

  it("hands messages to the job, and logs one line each", async () => {
    await handler(message, context());

    expect([queueName, connection]).toEqual(["rotation-work", "LarderStorage"]);
    expect(log).toEqual(["information contoso/docker-hub: not renewed by Larder"]);
  });

  it.each([
    ["nothing", undefined],
    ["no JSON", "rotate"],
    ["another kind", { ...message, kind: "converge-rule" }],
    ["no name", { ...message, name: "" }],
    ["a registry that is no text", { ...message, registry: 1 }],
  ])("throws for %s, so that it ends in the poison queue", async (_, given) => {
    const done = async () =>
      await rotationWork(failing(new Error("asked"))).handler(given, context());

    await expect(done).rejects.toThrow(/cannot be read/);
  });
});

describe("the timer of rotations", () => {
  const run = async () =>
    await rotationSweep(() => ports).handler({ isPastDue: false } as Timer, context());

  it("runs on the schedule of the settings and logs one line", async () => {
    await run();

    expect(rotationSweep(() => ports).schedule).toBe("%ROTATION_SCHEDULE%");
    expect(log).toEqual(["information contoso: 0 credential sets renewed, 0 with something to do"]);
  });

  it("fails when a registry could not be looked through", async () => {
    ports.interruptions.interrupt("rotations.list", "before", () => {
      throw new TypeError("a bug");
    });

    await expect(run()).rejects.toThrow(/a bug/);
  });
});
