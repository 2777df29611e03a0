import type { TLSSocket } from "node:tls";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { upstreamRegistries } from "../../src/oci/upstream-registries.ts";
import { type Hosts, hosts } from "./oci-hosts.ts";
import { type RawServer, rawServer } from "./oci-raw-server.ts";

/* How long Larder waits, how much it reads, and what it makes of answers that are no proper HTTP. */

let net: Hosts;
let server: RawServer | undefined;
beforeAll(async () => {
  net = await hosts("ghcr.io");
});
afterEach(() => server?.close());
afterAll(() => net.close());

type OnText = (socket: TLSSocket, text: string) => void;

/** A client of a server that does this with each text of it. */
async function against(onText: OnText, timeoutSeconds = 10) {
  server = await rawServer(net.certificate, onText);
  return upstreamRegistries({ connectTo: server.connectTo, timeoutSeconds });
}
async function probe(onText: OnText, timeoutSeconds?: number) {
  const upstreams = await against(onText, timeoutSeconds);
  return upstreams.probe("ghcr.io", "a/b", "latest", undefined);
}

describe("limits", () => {
  const endless = (status: string) => (socket: TLSSocket, text: string) => {
    if (text.startsWith("HEAD")) {
      socket.write(
        'HTTP/1.1 401 No\r\nWWW-Authenticate: Bearer realm="/token"\r\nContent-Length: 0\r\n\r\n',
      );
      return;
    }
    socket.write(`HTTP/1.1 ${status}\r\nTransfer-Encoding: chunked\r\n\r\n`);
    const chunk = `8000\r\n${"x".repeat(0x8000)}\r\n`;
    const more = () => {
      while (!socket.destroyed && socket.write(chunk));
    };
    socket.on("drain", more);
    more();
  };

  it("an endless token answer is given up", async () => {
    expect(await probe(endless("200 OK"))).toEqual({
      kind: "couldNotAsk",
      message: "ghcr.io answered more than 65536 bytes.",
    });
  });

  it("an endless error text is not read; its status counts", async () => {
    expect(await probe(endless("429 Slow"))).toEqual({
      kind: "couldNotAsk",
      message: "ghcr.io answered 429 to the request for a token.",
    });
  });

  it("endless headers are given up", async () => {
    expect(
      await probe((socket) => {
        socket.write(`HTTP/1.1 200 OK\r\n${`X-A: ${"x".repeat(1000)}\r\n`.repeat(60)}\r\n`);
      }),
    ).toEqual({
      kind: "couldNotAsk",
      message: "ghcr.io could not be asked: HPE_HEADER_OVERFLOW.",
    });
  });

  it.each([
    ["no answer at all", () => {}],
    ["one byte and then nothing", (socket: TLSSocket) => void socket.write("H")],
    [
      "a body that drips",
      (socket: TLSSocket, text: string) => {
        if (text.startsWith("HEAD")) return endless("200 OK")(socket, text);
        socket.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
        const drip = setInterval(() => void socket.write("x"), 20);
        socket.on("close", () => clearInterval(drip));
      },
    ],
  ])("%s runs into the time limit", async (_name, onText) => {
    expect(await probe(onText, 0.2)).toEqual({
      kind: "couldNotAsk",
      message: "ghcr.io did not answer within 0.2 seconds.",
    });
  });
});

describe("a manifest that is fetched for its digest", () => {
  /** HEAD is answered without a digest, GET like this. */
  const fetching = (answer: OnText) => (socket: TLSSocket, text: string) => {
    if (text.startsWith("GET")) return answer(socket, text);
    socket.write("HTTP/1.1 200 OK\r\nContent-Length: 19\r\n\r\n");
  };
  const head = async (answer: OnText) =>
    (await against(fetching(answer))).head("ghcr.io", "a/b", "latest", undefined);

  it("and does not end is given up", async () => {
    const found = await head((socket) => {
      socket.write("HTTP/1.1 200 OK\r\nContent-Length: 9000000\r\n\r\n");
      socket.write("x".repeat(4_194_305));
    });

    expect(found).toEqual({
      kind: "couldNotAsk",
      message: "ghcr.io answered more than 4194304 bytes.",
    });
  });

  it("and is cut short has none", async () => {
    const found = await head(
      (socket) =>
        void socket.end('HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{"schemaVersion":2}'),
    );

    expect(found).toEqual({
      kind: "couldNotAsk",
      message: "ghcr.io could not be asked: ECONNRESET.",
    });
  });

  it("and comes in pieces, with the end of the connection as its own, has one", async () => {
    const found = await head((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{"schema');
      setTimeout(() => void socket.end('Version":2}'), 20);
    });

    expect(found).toMatchObject({
      kind: "found",
      digest: "sha256:bafebd36189ad3688b7b3915ea55d461e0bfcfbdde11e54b0a123999fb6be50f",
    });
  });
});

describe("what is not HTTP as it should be", () => {
  it.each([
    [
      "Docker Hub's bare line feeds",
      "HTTP/1.1 429 Too Many Requests\nRetry-After: 60\n\nHAP429\n",
      60,
    ],
    ["no HTTP", "SSH-2.0-OpenSSH_9.6\r\n", undefined],
  ])("%s", async (_name, text, after) => {
    const found = await probe((socket) => void socket.end(text));

    expect(found.kind).toBe("couldNotAsk");
    expect("retryAfterSeconds" in found ? found.retryAfterSeconds : undefined).toBe(after);
  });
});
