import type { LookupFunction } from "node:net";
import { describe, expect, it } from "vitest";
import { isPublicAddress, publicLookup } from "../../src/oci/public-address.ts";

describe("isPublicAddress", () => {
  it.each([
    "127.0.0.1",
    "127.255.255.254",
    "0.0.0.0",
    "10.1.2.3",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "168.63.129.16",
    "::",
    "::1",
    "fe80::1",
    "fd00::1",
    "ff02::1",
    "2001:db8::1",
    "::ffff:127.0.0.1",
    "::ffff:a9fe:a9fe",
    "64:ff9b::169.254.169.254",
    "64:ff9b::a00:1",
    "2002:7f00:1::",
    "2002:a00:1::1",
    "2002:101:101::1",
    "::127.0.0.1",
    "::7f00:1",
    "::169.254.169.254",
    "::1.1.1.1",
    "2001::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2001:20::1",
    "64:ff9b::127.0.0.1",
    "64:ff9b::c0a8:101",
    "64:ff9b::168.63.129.16",
    "64:ff9b:1::1.1.1.1",
    "::ffff:0:127.0.0.1",
    "::ffff:168.63.129.16",
    "fe80::1%eth0",
    "fec0::1",
    "100::1",
    "3fff::1",
    "5f00::1",
    "192.88.99.1",
    "not an address",
    "",
  ])("%s is not", (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it.each([
    "1.1.1.1",
    "44.208.254.194",
    "172.15.255.255",
    "172.32.0.1",
    "168.63.129.17",
    "100.128.0.1",
    "2600:1f18:2148:bc00::1",
    "2001:200::1",
    "2003::1",
    "2a04:4e42::81",
    "::ffff:1.1.1.1",
    "64:ff9b::1.1.1.1",
  ])("%s is", (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });
});

describe("publicLookup", () => {
  const resolving =
    (...addresses: string[]): LookupFunction =>
    (_host, _options, callback) =>
      callback(
        null,
        addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
      );
  const ask = (resolve: LookupFunction, all: boolean) =>
    new Promise((done) => {
      publicLookup(resolve)("auth.docker.io", { all }, (error, ...found) => {
        done(error ? error.code : found);
      });
    });

  it.each([
    ["one public address", ["44.1.2.3"], false, ["44.1.2.3", 4]],
    ["the first of two", ["2600::1", "44.1.2.3"], false, ["2600::1", 6]],
    ["a private address", ["10.0.0.5"], false, "ADDRESS_NOT_PUBLIC"],
    ["a private one among public ones", ["44.1.2.3", "::1"], true, "ADDRESS_NOT_PUBLIC"],
    ["no address", [], true, "ADDRESS_NOT_PUBLIC"],
    ["all addresses", ["44.1.2.3"], true, [[{ address: "44.1.2.3", family: 4 }]]],
  ])("with %s", async (_name, addresses, all, expected) => {
    expect(await ask(resolving(...addresses), all)).toEqual(expected);
  });

  it("passes on that there is no such name", async () => {
    const fails: LookupFunction = (_host, _options, callback) =>
      callback(Object.assign(new Error("no such name"), { code: "ENOTFOUND" }), "");
    expect(await ask(fails, true)).toBe("ENOTFOUND");
  });
});
