import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { upstreamRegistries } from "../../src/oci/upstream-registries.ts";
import type { Fault } from "../local/faults.ts";
import { upstreamWorld } from "./local-upstream-wire.ts";

/* The stand-in's faults, each against a client that remembers nothing. */

let world: Awaited<ReturnType<typeof upstreamWorld>>;
beforeAll(async () => {
  world = await upstreamWorld();
  setDefaultCACertificates([...getCACertificates("default"), world.ca]);
});
afterEach(() => world.faults.clear());
afterAll(() => world.close());

const at = (source: string) => {
  const slash = source.indexOf("/");
  return [source.slice(0, slash), source.slice(slash + 1)] as const;
};
const upstreams = () => {
  const connectTo = new Map([["*:443", `127.0.0.1:${world.port}`]]);
  return upstreamRegistries({ connectTo, timeoutSeconds: 10 });
};
function headOf(source: string, fault: Row[1]) {
  world.faults.add({ where: "upstream", ...fault });
  world.log.clear();
  const [host, repository] = at(source);
  return upstreams().head(host, repository, "latest", undefined);
}
const manifestGets = () => {
  let sum = 0;
  for (const ends of Object.values(world.log.counts())) {
    for (const [line, count] of Object.entries(ends)) {
      if (/^GET .*manifests/.test(line)) sum += count;
    }
  }
  return sum;
};

type Row = readonly [
  source: string,
  fault: Omit<Fault, "where"> & { where?: string },
  kind: string,
  after?: number | undefined,
];
const rows: readonly Row[] = [
  ["docker.io/library/nginx", { kind: "two-challenges" }, "readable"],
  ["docker.io/library/nginx", { kind: "no-expires-in" }, "readable"],
  ["docker.io/library/nginx", { kind: "no-digest-header" }, "readable"],
  ["docker.io/library/nginx", { kind: "rate-headers-malformed" }, "readable"],
  ["docker.io/library/nginx", { kind: "pull-limit" }, "readable"],
  ["docker.io/library/nginx", { kind: "tag-gone" }, "readable"],
  ["docker.io/library/nginx", { kind: "invalid-token-once", times: 1 }, "readable"],
  ["docker.io/library/nginx", { kind: "invalid-token-once" }, "couldNotAsk"],
  ["docker.io/library/nginx", { kind: "hostile-realm" }, "couldNotAsk"],
  ["docker.io/library/nginx", { kind: "hostile-redirect" }, "couldNotAsk"],
  ["docker.io/library/nginx", { kind: "refuse-head" }, "couldNotAsk"],
  ["docker.io/library/nginx", { kind: "hap429" }, "couldNotAsk", 60],
  ["docker.io/library/nginx", { kind: "drop", where: "auth.docker.io" }, "couldNotAsk"],
  ["docker.io/library/nginx", { kind: "503" }, "couldNotAsk"],
  ["ghcr.io/acme/app", { kind: "relative-realm" }, "readable"],
  ["ghcr.io/acme/app", { kind: "throttle" }, "couldNotAsk"],
  ["quay.io/acme/app", { kind: "throttle" }, "couldNotAsk"],
  ["nvcr.io/acme/app", { kind: "relative-realm" }, "readable"],
];

/** What `head` comes to, and how many manifests it fetched. */
const heads: readonly (readonly [...Row, gets?: number])[] = [
  ["docker.io/library/nginx", { kind: "two-challenges" }, "found"],
  ["docker.io/library/nginx", { kind: "no-digest-header" }, "found", undefined, 1],
  ["docker.io/library/nginx", { kind: "refuse-head" }, "found", undefined, 1],
  ["docker.io/library/nginx", { kind: "pull-limit" }, "found"],
  ["docker.io/library/nginx", { kind: "tag-gone" }, "absent"],
  ["docker.io/library/nginx", { kind: "invalid-token-once", times: 1 }, "found"],
  ["docker.io/library/nginx", { kind: "hap429" }, "couldNotAsk", 60],
  ["docker.io/library/nginx", { kind: "login-refused" }, "found"],
  ["docker.io/library/nginx", { kind: "403" }, "denied"],
  ["docker.io/library/nginx", { kind: "429" }, "couldNotAsk"],
  ["docker.io/library/nginx", { kind: "hostile-realm" }, "couldNotAsk"],
  ["docker.io/library/nginx", { kind: "hostile-redirect" }, "couldNotAsk"],
  ["ghcr.io/acme/app", { kind: "throttle" }, "couldNotAsk"],
  ["ghcr.io/acme/app", { kind: "no-digest-header" }, "found", undefined, 1],
  ["quay.io/acme/app", { kind: "throttle" }, "couldNotAsk"],
  ["quay.io/acme/app", { kind: "refuse-head" }, "found", undefined, 1],
  ["public.ecr.aws/nginx/nginx", { kind: "throttle" }, "couldNotAsk"],
  ["registry.k8s.io/pause", { kind: "lagging-region" }, "found"],
  ["registry.k8s.io/pause", { kind: "no-digest-header" }, "found", undefined, 2],
  ["nvcr.io/acme/app", { kind: "relative-realm" }, "found"],
];

describe("a probe under faults", () => {
  it.each(
    rows.map(([source, fault, kind, after]) => ({ source, fault, kind, after, what: fault.kind })),
  )("of $source with $what is $kind", async ({ source, fault, kind, after }) => {
    world.faults.add({ where: "upstream", ...fault });
    world.log.clear();
    const [host, repository] = at(source);

    const found = await upstreams().probe(host, repository, "latest", undefined);

    expect(found.kind).toBe(kind);
    expect("retryAfterSeconds" in found ? found.retryAfterSeconds : undefined).toBe(after);
    expect(manifestGets()).toBe(0);
  });
});

describe("a head under faults", () => {
  it.each(
    heads.map(([source, fault, kind, after, gets = 0]) => ({
      source,
      fault,
      kind,
      after,
      gets,
      what: fault.kind,
    })),
  )("of $source with $what is $kind", async ({ source, fault, kind, after, gets }) => {
    const digest = world.side.push(`${source}:latest`);
    const found = await headOf(source, fault);

    expect(found.kind).toBe(kind);
    expect("retryAfterSeconds" in found ? found.retryAfterSeconds : undefined).toBe(after);
    expect(manifestGets()).toBe(gets);
    expect("digest" in found ? found.digest : digest).toBe(digest);
  });

  it.each([
    ["rate-headers-absent", { kind: "unlimited" }],
    ["rate-headers-malformed", { kind: "unknown" }],
    ["pull-limit", { kind: "limited", limit: 100, remaining: 0, windowSeconds: 21_600 }],
  ])("reads %s as %o", async (kind, rate) => {
    const found = await headOf("docker.io/library/nginx", { kind });

    expect(found).toMatchObject({ rate: { ...rate, account: "127.0.0.1" } });
  });

  it("takes the header's word, which nothing contradicts", async () => {
    const found = await headOf("docker.io/library/nginx", { kind: "wrong-digest-header" });

    // `printf other | sha256sum`: whoever acts on it finds out from the bytes.
    expect(found).toMatchObject({
      digest: "sha256:d9298a10d1b0735837dc4bd85dac641b0f3cef27a47e5d53a54f2f3f5b2fcffa",
    });
    expect(manifestGets()).toBe(0);
  });

  it("does not trust a manifest that is not what the header says", async () => {
    world.faults.add({ where: "upstream", kind: "wrong-digest-header", match: "^GET" });
    const found = await headOf("docker.io/library/nginx", { kind: "refuse-head" });

    expect(found).toMatchObject({
      kind: "couldNotAsk",
      message: expect.stringContaining("sent a manifest as sha256:d9298a10d1b0… whose bytes are"),
    });
  });
});
