import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Answer, Call } from "../local/service.ts";
import { basic, bearer, type Hosts, hosts, login } from "./oci-hosts.ts";

/* Where Larder does not go, and what it does not take along. */

let net: Hosts;
beforeAll(async () => {
  net = await hosts(
    "registry-1.docker.io",
    "auth.docker.io",
    "registry.k8s.io",
    "*.pkg.dev",
    "evil.example",
    "metadata.google.internal",
  );
});
afterAll(() => net.close());

const elsewhere = () => net.seen.filter((line) => !line.includes("registry-1.docker.io"));
const ok: Answer = { status: 200 };

describe("a realm", () => {
  it.each([
    ["http://169.254.169.254/metadata", "http://169.254.169.254", "which is not https"],
    ["https://169.254.169.254/metadata", "https://169.254.169.254", "not a host of this upstream"],
    ["https://[fd00::1]/token", "https://[fd00::1]", "not a host of this upstream"],
    ["http://auth.docker.io/token", "http://auth.docker.io", "which is not https"],
    ["https://metadata.google.internal/", "metadata.google.internal", "not a host of this"],
    ["https://evil.example/token", "https://evil.example", "not a host of this upstream"],
    ["//evil.example/token", "https://evil.example", "not a host of this upstream"],
    ["https://auth.docker.io.evil.example/token", "evil.example", "not a host of this upstream"],
    ["https://auth.docker.io@evil.example/token", "evil.example", "with a login in the address"],
    ["https://auth.docker.io:8443/token", "auth.docker.io:8443", "not a host of this upstream"],
    ["file:///etc/passwd", "file://", "which is not https"],
    ["https://", "docker.io", "no readable address"],
  ])("of %s is not asked", async (realm, shown, why) => {
    const upstreams = net.script(() => bearer(`realm="${realm}",service="s"`));

    for (const given of [undefined, login]) {
      const found = await upstreams.probe("docker.io", "library/nginx", "latest", given);

      expect(found).toEqual({ kind: "couldNotAsk", message: expect.stringContaining(shown) });
      expect(found).toEqual({ kind: "couldNotAsk", message: expect.stringContaining(why) });
    }
    expect(elsewhere()).toEqual([]);
    expect(net.seen.join("\n")).not.toContain(basic);
  });
});

describe("a redirect", () => {
  const regional = "https://us-west2-docker.pkg.dev/v2/k8s-artifacts-prod/images";
  const moved = (location: string, status = 307): Answer => ({
    status,
    headers: { Location: location },
  });

  it("to the catalogue's hosts is followed, with HEAD", async () => {
    const upstreams = net.script((call) =>
      call.host === "registry.k8s.io" ? moved(`${regional}/pause/manifests/3.9`) : ok,
    );

    const found = await upstreams.probe("registry.k8s.io", "pause", "3.9", undefined);

    expect(found).toEqual({ kind: "readable" });
    expect(net.seen).toEqual([
      "HEAD registry.k8s.io/v2/pause/manifests/3.9",
      "HEAD us-west2-docker.pkg.dev/v2/k8s-artifacts-prod/images/pause/manifests/3.9",
    ]);
  });

  it.each([301, 302, 303, 307, 308])("%i on the same host keeps the token", async (status) => {
    const upstreams = net.script((call) => {
      if (call.path === "/token") return { status: 200, body: { token: "t" } };
      if (!call.headers.authorization) return bearer('realm="/token"');
      return call.path.endsWith("/3.9") ? moved("/v2/other/manifests/x?y=1", status) : ok;
    });

    const found = await upstreams.probe("registry.k8s.io", "pause", "3.9", undefined);

    expect(found).toEqual({ kind: "readable" });
    expect(net.seen.at(-1)).toBe("HEAD registry.k8s.io/v2/other/manifests/x?y=1 Bearer t");
  });

  it("to another host leaves the token behind, on the way back too", async () => {
    const upstreams = net.script((call) => {
      if (call.path === "/token") return { status: 200, body: { token: "t" } };
      if (call.path === "/v2/back") return ok;
      if (call.host !== "registry.k8s.io") return moved("https://asia-docker.pkg.dev/v2/back");
      return call.headers.authorization ? moved(`${regional}/x`) : bearer('realm="/token"');
    });

    const found = await upstreams.probe("registry.k8s.io", "pause", "3.9", undefined);

    expect(found).toEqual({ kind: "readable" });
    expect(net.seen.slice(-2)).toEqual([
      "HEAD us-west2-docker.pkg.dev/v2/k8s-artifacts-prod/images/x",
      "HEAD asia-docker.pkg.dev/v2/back",
    ]);
  });

  it("to a host that wants a login ends there: its realm is not asked", async () => {
    const upstreams = net.script((call) =>
      call.host === "registry.k8s.io"
        ? moved(`${regional}/x`)
        : bearer('realm="https://us-west2-docker.pkg.dev/v2/token"'),
    );

    const found = await upstreams.probe("registry.k8s.io", "pause", "3.9", undefined);

    expect(found.kind).toBe("denied");
    expect(net.seen).toHaveLength(2);
  });

  it.each([
    ["http://registry-1.docker.io/x", "http://registry-1.docker.io, which is not https"],
    ["https://evil.example/x", "https://evil.example, which is not a host"],
    ["https://169.254.169.254/x", "https://169.254.169.254, which is not a host"],
    ["https://us-docker.pkg.dev/x", "https://us-docker.pkg.dev, which is not a host"],
    ["https://registry-1.docker.io:444/x", "https://registry-1.docker.io:444, which is not a host"],
    ["https://a:b@registry-1.docker.io/x", "with a login in the address"],
    ["https://", "no readable address"],
    ["", "no readable address"],
  ])("from docker.io to %j is not followed", async (location, why) => {
    const upstreams = net.script(() => moved(location));

    const found = await upstreams.probe("docker.io", "library/nginx", "latest", login);

    expect(found).toEqual({ kind: "couldNotAsk", message: expect.stringContaining(why) });
    expect(elsewhere()).toEqual([]);
    expect(net.seen).toHaveLength(1);
  });

  it("that goes round in circles ends after five", async () => {
    let count = 0;
    const upstreams = net.script((call: Call) => moved(`${call.path}${++count}`));

    const found = await upstreams.probe("docker.io", "library/nginx", "latest", undefined);

    expect(found).toEqual({
      kind: "couldNotAsk",
      message: "docker.io redirected more than 5 times.",
    });
    expect(net.seen).toHaveLength(6);
  });
});
