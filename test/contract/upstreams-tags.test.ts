import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Login, Upstreams } from "../../src/domain/ports.ts";
import { secret } from "../../src/domain/secret.ts";
import { upstreamRegistries } from "../../src/oci/upstream-registries.ts";
import { fakeUpstreams } from "../fakes/upstreams.ts";
import { upstreamWorld } from "./local-upstream-wire.ts";

/* Heads and tags of the Upstreams port, for the fake and for the client over the stand-in of all hosts. */

interface World {
  readonly upstreams: Upstreams;
  /** Moves or makes a tag: "ghcr.io/acme/app", "v1". Its digest. */
  push(source: string, tag: string): string;
  close(): Promise<void>;
}

const good: Login = { username: secret("reader"), password: secret("s3cret!") };
const bad: Login = { username: secret("reader"), password: secret("wrong!") };

async function inMemory(): Promise<World> {
  const upstreams = fakeUpstreams();
  const denied = { kind: "denied", message: "not without a login" } as const;
  const source = "docker.io/acme/private-app";
  upstreams.put(source, denied, { kind: "readable" });
  upstreams.takeOnly("docker.io", "s3cret!");
  return {
    upstreams,
    push: (at, tag) => upstreams.held.push(at, tag).digest,
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
    push: (source, tag) => world.side.push(`${source}:${tag}`),
    close: () => world.close(),
  };
}

/** Hosts of every kind: with a token, with none, with one for all, with a redirect, with pages of its own. */
const hosts = ["docker.io", "ghcr.io", "quay.io", "registry.k8s.io", "public.ecr.aws", "gcr.io"];

describe.each([
  { name: "in memory", make: inMemory },
  { name: "over the wire", make: overTheWire },
])("Upstreams $name", ({ make }) => {
  let world: World;
  beforeAll(async () => {
    world = await make();
  });
  afterAll(() => world.close());

  it.each(hosts)("tell the digest a tag of %s has now", async (host) => {
    const source = `${host}/team/heads`;
    const digests = [world.push(source, "latest")];
    const found = [await world.upstreams.head(host, "team/heads", "latest", undefined)];
    digests.push(world.push(source, "latest"));
    found.push(await world.upstreams.head(host, "team/heads", "latest", undefined));

    expect(found.map((one) => "digest" in one && one.digest)).toEqual(digests);
    expect(new Set(digests).size).toBe(2);
  });

  it.each(hosts)("tell that %s has no such tag", async (host) => {
    world.push(`${host}/team/heads`, "latest");

    const found = await world.upstreams.head(host, "team/heads", "no-such-tag", undefined);

    expect(found).toEqual({ kind: "absent", message: expect.stringContaining("404") });
  });

  it.each([
    ["quay.io", 2010, 3],
    ["public.ecr.aws", 1010, 2],
    ["registry.k8s.io", 1010, 2],
  ] as const)("tell all tags of %s, page by page", async (host, count, expected) => {
    const pushed = Array.from({ length: count }, (_, at) => `t${String(at).padStart(4, "0")}`);
    for (const tag of pushed) world.push(`${host}/team/many`, tag);
    const seen: string[] = [];
    let pages = 0;
    let after: string | undefined;
    do {
      const page = await world.upstreams.tags(host, "team/many", after, undefined);
      if (page.kind !== "listed") throw new Error(page.message);
      seen.push(...page.tags);
      after = page.next;
      pages += 1;
    } while (after !== undefined);

    expect(seen.filter((tag) => tag.startsWith("t"))).toEqual(pushed);
    expect(pages).toBe(expected);
  });

  it.each([
    ["nobody", undefined, "denied"],
    ["a good login", good, "found"],
    ["a bad login", bad, "badLogin"],
  ] as const)("let %s see of a private repository: %s", async (_who, login, kind) => {
    world.push("docker.io/acme/private-app", "latest");
    const { upstreams } = world;

    const head = await upstreams.head("docker.io", "acme/private-app", "latest", login);
    const tags = await upstreams.tags("docker.io", "acme/private-app", undefined, login);

    expect(head.kind).toBe(kind);
    expect(tags.kind).toBe(kind === "found" ? "listed" : kind);
    expect(JSON.stringify([head, tags])).not.toMatch(/s3cret|wrong!/);
  });

  it("tell that there is no repository, and of no upstream that ACR does not know", async () => {
    const { upstreams } = world;

    expect(
      await upstreams.tags("registry.access.redhat.com", "absent", undefined, undefined),
    ).toEqual({ kind: "absent", message: expect.stringContaining("404") });
    for (const found of [
      await upstreams.head("registry.example.com", "a/b", "latest", undefined),
      await upstreams.tags("registry.example.com", "a/b", undefined, undefined),
    ]) {
      expect(found.kind).toBe("couldNotAsk");
    }
  });
});
