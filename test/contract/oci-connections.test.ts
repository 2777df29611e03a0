import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { upstreamAgent } from "../../src/oci/agent.ts";
import { upstreamRegistries } from "../../src/oci/upstream-registries.ts";
import { wire } from "../../src/oci/wire.ts";
import { bearer, type Hosts, hosts } from "./oci-hosts.ts";
import { rawServer } from "./oci-raw-server.ts";

/* Where sockets lead, and how they are shared. */

let net: Hosts;
beforeAll(async () => {
  net = await hosts("registry-1.docker.io", "auth.docker.io", "ghcr.io");
});
afterAll(() => net.close());

describe("connections", () => {
  it("are kept, and opened again when the far end closes one as it is taken", async () => {
    let requests = 0;
    const server = await rawServer(net.certificate, (socket) => {
      requests += 1;
      if (requests === 2) socket.destroy();
      else socket.write("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n");
    });
    const { connectTo } = server;
    const upstreams = upstreamRegistries({ connectTo, timeoutSeconds: 10 });

    const kinds = [];
    for (const tag of ["1", "2", "3"]) {
      kinds.push((await upstreams.probe("ghcr.io", "a/b", tag, undefined)).kind);
    }

    expect(kinds).toEqual(["readable", "readable", "readable"]);
    expect([requests, server.count()]).toEqual([4, 2]);
    await server.close();
  });

  it("are no more than allowed", async () => {
    let open = 0;
    let most = 0;
    const upstreams = net.script(
      async () => {
        open += 1;
        most = Math.max(most, open);
        await new Promise((resolve) => setTimeout(resolve, 5));
        open -= 1;
        return { status: 200 };
      },
      { maxSockets: 3 },
    );
    const tags = Array.from({ length: 12 }, (_, index) => `t${index}`);

    await Promise.all(tags.map((tag) => upstreams.probe("ghcr.io", "a/b", tag, undefined)));

    expect(most).toBe(3);
  });

  it.each([
    ["nobody listens", new Map([["ghcr.io:443", "127.0.0.1:1"]]), /ECONNREFUSED/],
    ["the certificate is another host's", undefined, /ERR_TLS_CERT_ALTNAME_INVALID/],
  ])("fail with a word for it when %s", async (_name, connectTo, message) => {
    const upstreams = upstreamRegistries({
      connectTo: connectTo ?? new Map([["*:443", `127.0.0.1:${net.port}`]]),
      timeoutSeconds: 10,
    });
    const host = connectTo ? "ghcr.io" : "quay.io";

    const found = await upstreams.probe(host, "a/b", "latest", undefined);

    expect(found).toEqual({ kind: "couldNotAsk", message: expect.stringMatching(message) });
  });
});

describe("CONNECT_TO", () => {
  it("prefers the exact host, and changes neither server name nor Host header", async () => {
    net.script((call) => ({ status: call.host === "ghcr.io" ? 200 : 500 }));
    const connectTo = new Map([
      ["*:443", "127.0.0.1:1"],
      ["ghcr.io:443", `localhost:${net.port}`],
    ]);
    const send = wire(upstreamAgent(connectTo, 64), 10);

    const reply = await send({ method: "HEAD", host: "ghcr.io", path: "/v2/", headers: {} });

    expect(reply.status).toBe(200);
  });

  it("does not open the way for a realm that the catalogue does not know", async () => {
    const upstreams = net.script(() => bearer('realm="https://auth.docker.io/token"'));

    const found = await upstreams.probe("ghcr.io", "a/b", "latest", undefined);

    expect(found.kind).toBe("couldNotAsk");
    expect(net.seen).toEqual(["HEAD ghcr.io/v2/a/b/manifests/latest"]);
  });
});

describe("addresses that are not public", () => {
  it.each(["localhost", "127.0.0.1", "169.254.169.254", "[::1]"])(
    "%s is not connected to",
    async (host) => {
      const send = wire(upstreamAgent(new Map(), 64), 10);

      await expect(send({ method: "HEAD", host, path: "/", headers: {} })).rejects.toThrow(
        `${host} has an address that is not public, so it was not asked.`,
      );
    },
  );

  it("are refused to waiting requests as well", async () => {
    const send = wire(upstreamAgent(new Map(), 1), 10);
    const asks = [1, 2, 3].map(() =>
      send({ method: "HEAD", host: "127.0.0.1", path: "/", headers: {} }),
    );

    const results = await Promise.allSettled(asks);

    expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
  });
});

describe("a request that cannot be written", () => {
  it("is a failure, not a crash", async () => {
    const send = wire(upstreamAgent(net.connectTo, 64), 10);
    const ask = { method: "HEAD", host: "ghcr.io", path: "/a b", headers: {} } as const;

    await expect(send(ask)).rejects.toThrow("could not be asked: ERR_UNESCAPED_CHARACTERS.");
  });
});
