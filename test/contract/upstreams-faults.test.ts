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

type Row = readonly [
  source: string,
  fault: Omit<Fault, "where"> & { where?: string },
  kind: string,
  after?: number,
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

describe("a probe under faults", () => {
  it.each(
    rows.map(([source, fault, kind, after]) => ({ source, fault, kind, after, what: fault.kind })),
  )("of $source with $what is $kind", async ({ source, fault, kind, after }) => {
    const slash = source.indexOf("/");
    const connectTo = new Map([["*:443", `127.0.0.1:${world.port}`]]);
    const upstreams = upstreamRegistries({ connectTo, timeoutSeconds: 10 });
    world.faults.add({ where: "upstream", ...fault });
    world.log.clear();

    const found = await upstreams.probe(
      source.slice(0, slash),
      source.slice(slash + 1),
      "latest",
      undefined,
    );

    expect(found.kind).toBe(kind);
    expect("retryAfterSeconds" in found ? found.retryAfterSeconds : undefined).toBe(after);
    const asked = Object.values(world.log.counts()).flatMap((ends) => Object.keys(ends));
    expect(asked.filter((line) => /^GET .*manifests/.test(line))).toEqual([]);
  });
});
