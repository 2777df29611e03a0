import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openStage, type Stage } from "./local-vault-stage.ts";

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

let stage: Stage;
let server: Server;
let received: Received[];
/** Statuses for the next notifications; 200 when empty. */
let answers: number[];

beforeEach(async () => {
  stage = await openStage("issued");
  received = [];
  answers = [];
  server = createServer((request, response) => {
    let text = "";
    request.on("data", (part: Buffer) => {
      text += part.toString();
    });
    request.on("end", () => {
      const body = JSON.parse(text) as [{ data: { validationCode: string } }];
      if (request.headers["aeg-event-type"] === "SubscriptionValidation") {
        const validationResponse = body[0].data.validationCode;
        response.end(JSON.stringify({ validationResponse }));
        return;
      }
      received.push({ headers: request.headers, body });
      response.writeHead(answers.shift() ?? 200).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterEach(async () => {
  server.close();
  await stage.close();
});

async function subscribe(eventTypes?: string[]): Promise<void> {
  const { port } = server.address() as AddressInfo;
  const endpoint = `http://127.0.0.1:${port}/`;
  await stage.eventGrid.subscribe({ name: "s", endpoint, schema: "EventGridSchema", eventTypes });
}

/** Ticks until `count` notifications came in. */
async function arrived(count: number): Promise<Received[]> {
  await vi.waitFor(() => {
    stage.vault.tick();
    stage.eventGrid.tick();
    expect(received).toHaveLength(count);
  });
  return received;
}

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000);
const told = (all: readonly Received[]) =>
  all.map(({ body }) => {
    const [event] = body as [{ eventType: string; subject: string }];
    return `${event.eventType.replace("Microsoft.KeyVault.", "")} ${event.subject}`;
  });

describe("what is told", () => {
  it("a new version, near expiry at thirty days, expiry, each once", async () => {
    await subscribe();
    await stage.client.setSecret("token", "v", { expiresOn: inDays(31) });
    await arrived(1);
    stage.clock.advance(2 * 86_400);
    await arrived(2);
    stage.clock.advance(30 * 86_400);
    await arrived(3);
    stage.vault.tick();
    stage.eventGrid.tick();

    expect(told(received)).toEqual([
      "SecretNewVersionCreated token",
      "SecretNearExpiry token",
      "SecretExpired token",
    ]);
  });

  it("nothing of versions that are older than the subscription", async () => {
    await stage.client.setSecret("old", "v", { expiresOn: inDays(2) });
    stage.clock.advance(1);
    await subscribe(["Microsoft.KeyVault.SecretNearExpiry"]);
    stage.vault.tick();
    await stage.client.setSecret("new", "v", { expiresOn: inDays(2) });
    expect(told(await arrived(1))).toEqual(["SecretNearExpiry new"]);
  });

  it("in Event Grid's schema: an array of one, without the value", async () => {
    await subscribe(["Microsoft.KeyVault.SecretNewVersionCreated"]);
    const { properties } = await stage.client.setSecret("token", "the-value");
    const [first] = await arrived(1);

    expect(first?.headers["aeg-event-type"]).toBe("Notification");
    expect(first?.body).toMatchObject([
      {
        subject: "token",
        eventType: "Microsoft.KeyVault.SecretNewVersionCreated",
        dataVersion: "1",
        metadataVersion: "1",
        data: {
          Id: `${stage.url}/secrets/token/${properties.version}`,
          VaultName: "larder",
          ObjectType: "Secret",
          ObjectName: "token",
          Version: properties.version,
          NBF: null,
          EXP: null,
        },
      },
    ]);
    expect(JSON.stringify(first?.body)).not.toContain("the-value");
  });

  it("with the documentation's blanks and text numbers when asked to", async () => {
    stage.eventGrid.switches.documentedQuirks = true;
    await subscribe(["Microsoft.KeyVault.SecretNearExpiry"]);
    const expiresOn = new Date(Math.floor(inDays(3).getTime() / 1000) * 1000);
    const { properties } = await stage.client.setSecret("token", "v", { expiresOn });
    const [first] = await arrived(1);

    expect(first?.body).toMatchObject([
      {
        data: {
          "ObjectName ": "token",
          Version: ` ${properties.version}`,
          EXP: String(expiresOn.getTime() / 1000),
        },
      },
    ]);
  });
});

describe("how it is delivered", () => {
  it("again after ten seconds, then thirty, counting, until taken", async () => {
    answers = [500, 503, 202];
    await subscribe();
    await stage.client.setSecret("token", "v");
    await arrived(1);
    stage.clock.advance(10);
    await arrived(2);
    stage.clock.advance(29);
    await stage.client.getSecret("token");
    stage.eventGrid.tick();
    expect(stage.eventGrid.state()).toMatchObject({ failedTries: 2, delivered: 0, waiting: 1 });
    stage.clock.advance(1);
    await arrived(3);

    await vi.waitFor(() => {
      expect(stage.eventGrid.state()).toMatchObject({ delivered: 1, waiting: 0 });
    });
    expect(received.map(({ headers }) => headers["aeg-delivery-count"])).toEqual(["0", "1", "2"]);
  });

  it("with pauses made shorter by the switch", async () => {
    stage.eventGrid.switches.backOffScale = 0.001;
    answers = [500, 500, 500];
    await subscribe();
    await stage.client.setSecret("token", "v");
    expect(told(await arrived(4)).at(-1)).toBe("SecretNewVersionCreated token");
  });

  it("never again after 400", async () => {
    answers = [400];
    await subscribe();
    await stage.client.setSecret("token", "v");
    await arrived(1);
    await vi.waitFor(() => {
      expect(stage.eventGrid.state()).toMatchObject({ dead: 1, waiting: 0 });
    });
  });

  it("twice, and out of order, when the switches say so", async () => {
    await subscribe();
    stage.eventGrid.switches.duplicate = true;
    await stage.client.setSecret("twice", "v");
    await arrived(2);
    stage.eventGrid.switches.duplicate = false;
    stage.eventGrid.switches.reorder = true;
    await stage.client.setSecret("first", "v");
    await stage.client.setSecret("second", "v");
    await arrived(3);
    stage.clock.advance(5);

    expect(told(await arrived(4))).toEqual([
      "SecretNewVersionCreated twice",
      "SecretNewVersionCreated twice",
      "SecretNewVersionCreated second",
      "SecretNewVersionCreated first",
    ]);
  });
});

it("refuses a subscription whose endpoint does not answer the hand-shake", async () => {
  const subscription = {
    name: "s",
    endpoint: stage.identityUrl,
    schema: "CloudEventSchemaV1_0",
  } as const;
  await expect(stage.eventGrid.subscribe(subscription)).rejects.toThrow("did not validate: 404");
});
