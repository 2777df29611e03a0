import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Login, UpstreamAnswer, Upstreams } from "../../src/domain/ports.ts";
import { secret } from "../../src/domain/secret.ts";
import { upstreamRegistries } from "../../src/oci/upstream-registries.ts";
import { fakeUpstreams } from "../fakes/upstreams.ts";
import { upstreamWorld } from "./local-upstream-wire.ts";

/* The contract of the Upstreams port, for the fake and for the client over the stand-in of all hosts. */

interface World {
  readonly upstreams: Upstreams;
  /** Lets the next question to ghcr.io be answered 429 with Retry-After: 7. */
  throttle(): void;
  close(): Promise<void>;
}

const good: Login = { username: secret("reader"), password: secret("s3cret!") };
const bad: Login = { username: secret("reader"), password: secret("wrong!") };

async function inMemory(): Promise<World> {
  const upstreams = fakeUpstreams();
  const readable: UpstreamAnswer = { kind: "readable" };
  const denied: UpstreamAnswer = { kind: "denied", message: "not without a login" };
  for (const source of ["docker.io/library/nginx", "ghcr.io/acme/app", "quay.io/acme/app"]) {
    upstreams.put(source, readable);
  }
  for (const source of ["registry.k8s.io/pause", "mcr.microsoft.com/dotnet/sdk", "nvcr.io/a/b"]) {
    upstreams.put(source, readable);
  }
  for (const host of ["docker.io", "ghcr.io"]) {
    upstreams.put(`${host}/acme/private-app`, denied, readable);
    upstreams.put(`${host}/acme/absent`, denied);
    upstreams.takeOnly(host, "s3cret!");
  }
  return {
    upstreams,
    throttle: () =>
      upstreams.put("ghcr.io/acme/app", {
        kind: "couldNotAsk",
        message: "ghcr.io answered 429.",
        retryAfterSeconds: 7,
      }),
    close: async () => {},
  };
}

async function overTheWire(): Promise<World> {
  const world = await upstreamWorld();
  setDefaultCACertificates([...getCACertificates("default"), world.ca]);
  world.hub.addAccount({ username: "reader", password: "s3cret!" });
  const connectTo = new Map([["*:443", `127.0.0.1:${world.port}`]]);
  return {
    upstreams: upstreamRegistries({ connectTo, timeoutSeconds: 10 }),
    throttle: () => world.faults.add({ where: "ghcr.io", kind: "429", times: 1, retryAfter: 7 }),
    close: () => world.close(),
  };
}

type Row = readonly [source: string, tag: string, login: Login | undefined, kind: string];
const rows: readonly Row[] = [
  ["docker.io/library/nginx", "latest", undefined, "readable"],
  ["docker.io/library/nginx", "latest", good, "readable"],
  ["docker.io/library/nginx", "no-such-tag", undefined, "readable"],
  ["docker.io/library/nginx", "latest", bad, "badLogin"],
  ["docker.io/acme/private-app", "latest", undefined, "denied"],
  ["docker.io/acme/private-app", "latest", good, "readable"],
  ["docker.io/acme/absent", "latest", undefined, "denied"],
  ["docker.io/acme/absent", "latest", good, "denied"],
  ["ghcr.io/acme/app", "latest", undefined, "readable"],
  ["ghcr.io/acme/private-app", "latest", undefined, "denied"],
  ["ghcr.io/acme/private-app", "latest", good, "readable"],
  ["ghcr.io/acme/private-app", "latest", bad, "badLogin"],
  ["ghcr.io/acme/absent", "latest", good, "denied"],
  ["quay.io/acme/app", "no-such-tag", undefined, "readable"],
  ["registry.k8s.io/pause", "latest", undefined, "readable"],
  ["registry.access.redhat.com/absent", "latest", undefined, "unknownRepository"],
  ["mcr.microsoft.com/dotnet/sdk", "no-such-tag", undefined, "readable"],
  ["mcr.microsoft.com/absent", "latest", undefined, "unknownRepository"],
  ["nvcr.io/a/b", "latest", undefined, "readable"],
  ["registry.example.com/a/b", "latest", undefined, "couldNotAsk"],
];

describe.each([
  { name: "in memory", make: inMemory },
  { name: "over the wire", make: overTheWire },
])("Upstreams $name", ({ make }) => {
  let world: World;
  beforeAll(async () => {
    world = await make();
  });
  afterAll(() => world.close());

  const probe = (source: string, tag: string, login: Login | undefined) => {
    const slash = source.indexOf("/");
    return world.upstreams.probe(source.slice(0, slash), source.slice(slash + 1), tag, login);
  };
  const who = (login: Login | undefined) =>
    login === good ? "a good login" : login ? "a bad login" : "nobody";

  it.each(
    rows.map(([source, tag, login, kind]) => ({ source, tag, login, kind, who: who(login) })),
  )("tells $who that $source:$tag is $kind", async ({ source, tag, login, kind }) => {
    const found = await probe(source, tag, login);

    expect(found.kind).toBe(kind);
    expect("message" in found).toBe(kind !== "readable");
    expect(JSON.stringify(found)).not.toMatch(/s3cret|wrong!/);
  });

  it("tells how long to wait", async () => {
    world.throttle();

    expect(await probe("ghcr.io/acme/app", "latest", undefined)).toEqual({
      kind: "couldNotAsk",
      message: expect.stringContaining("ghcr.io answered 429"),
      retryAfterSeconds: 7,
    });
  });
});
