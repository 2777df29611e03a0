import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { adapterTo, scriptedHub, session, wish } from "./hub-script.ts";
import { type RawServer, rawServer } from "./oci-raw-server.ts";

/* Sockets: none is kept, and none is waited for without end. */

const hub = scriptedHub();
const list = '{"count":0,"next":null,"results":[]}';
const good = `HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: ${list.length}\r\n\r\n${list}`;
const unavailable = (message: string) => ({
  reason: "unavailable",
  problem: { code: "DockerHubUnavailable", message },
});

describe("a server that keeps connections", () => {
  let server: RawServer;
  const texts: string[] = [];
  beforeAll(async () => {
    server = await rawServer(hub.net().certificate, (socket, text) => {
      texts.push(text);
      socket.write(good);
    });
  });
  afterAll(() => server.close());

  it("gets a new one for each request", async () => {
    const { accessTokens } = adapterTo(server.connectTo);

    for (const _ of [1, 2, 3]) expect(await accessTokens.list(session)).toEqual([]);

    expect(server.count()).toBe(3);
    expect(texts[0]?.toLowerCase()).toContain("\r\nconnection: close\r\n");
    expect(texts[0]?.toLowerCase()).toContain("\r\nhost: hub.docker.com\r\n");
  });
});

describe("a server that", () => {
  it.each([
    ["says nothing", "", "hub.docker.com did not answer within 0.3 seconds."],
    [
      "begins and never ends",
      "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{",
      "hub.docker.com did not answer within 0.3 seconds.",
    ],
    ["talks rubbish", "220 smtp ready\r\n", "hub.docker.com gave no answer: HPE_INVALID_CONSTANT."],
  ])("%s is given up, and hung up on", async (_, answer, message) => {
    const closed = Promise.withResolvers<void>();
    const server = await rawServer(hub.net().certificate, (socket) => {
      socket.on("close", () => closed.resolve());
      socket.write(answer);
    });
    const { accessTokens } = adapterTo(server.connectTo, 0.3);

    await expect(accessTokens.create(session, wish)).rejects.toMatchObject(unavailable(message));

    await closed.promise;
    expect(server.count()).toBe(1);
    await server.close();
  });

  it.each([
    ["before its answer", ""],
    ["within its answer", "HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\n{"],
  ])("hangs up %s is not asked again", async (_, answer) => {
    const server = await rawServer(hub.net().certificate, (socket) => socket.end(answer));
    const { accessTokens } = adapterTo(server.connectTo);

    await expect(accessTokens.create(session, wish)).rejects.toMatchObject(
      unavailable("hub.docker.com gave no answer: ECONNRESET."),
    );

    expect(server.count()).toBe(1);
    await server.close();
  });

  it.each([["is not there", new Map([["hub.docker.com:443", "127.0.0.1:1"]]), "ECONNREFUSED"]])(
    "%s is told by its code",
    async (_, connectTo, code) => {
      await expect(adapterTo(connectTo).accessTokens.list(session)).rejects.toMatchObject(
        unavailable(`hub.docker.com gave no answer: ${code}.`),
      );
    },
  );
});
