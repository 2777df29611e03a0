import { lookup } from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";

/** What is not the public internet: IANA's special-purpose registries for IPv4 … */
const ipv4: readonly (readonly [string, number])[] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 3],
  // Azure's platform address: learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16
  ["168.63.129.16", 32],
];
/** … and, within IPv6's global unicast space, the parts of it that are not, or that wrap an IPv4 address. */
const ipv6: readonly (readonly [string, number])[] = [
  // Protocol assignments, Teredo (2001::/32) among them.
  ["2001::", 23],
  ["2001:db8::", 32],
  // 6to4: relays to the IPv4 address inside. Nobody serves images from it (RFC 7526 ended it).
  ["2002::", 16],
  ["3fff::", 20],
];

const blocked = new BlockList();
const global = new BlockList();
for (const [net, prefix] of ipv4) blocked.addSubnet(net, prefix, "ipv4");
for (const [net, prefix] of ipv6) blocked.addSubnet(net, prefix, "ipv6");
global.addSubnet("0.0.0.0", 0, "ipv4");
// All else in IPv6 is loopback, local, multicast, reserved, or an older wrapping of IPv4 ("::127.0.0.1").
global.addSubnet("2000::", 3, "ipv6");
// The two wrappings in use, NAT64 (RFC 6052) and IPv4-mapped, are as public as what they wrap.
for (const wrapping of ["64:ff9b::", "::ffff:"]) {
  global.addSubnet(`${wrapping}0.0.0.0`, 96, "ipv6");
  for (const [net, prefix] of ipv4) blocked.addSubnet(wrapping + net, 96 + prefix, "ipv6");
}

/** Code of the error that a connection to an address that is not public fails with. */
export const notPublicCode = "ADDRESS_NOT_PUBLIC";

/** Whether an IP address (no brackets) lies on the public internet. False for what is no address. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 0) return false;
  const type = family === 6 ? "ipv6" : "ipv4";
  return global.check(address, type) && !blocked.check(address, type);
}

/** The error for a host whose address is not public, as `lookup` or `connect` would report it. */
export function notPublic(host: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${host} has an address that is not public`), {
    code: notPublicCode,
  });
}

/**
 * A `lookup` for sockets that fails with `notPublicCode` when any address of the name is not public.
 * The socket connects to the very addresses that were checked, so a name cannot change in between.
 */
export function publicLookup(resolve: LookupFunction = lookup): LookupFunction {
  return (host, options, callback) => {
    resolve(host, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, "");
      const addresses = Array.isArray(found) ? found : [];
      const first = addresses[0];
      if (!first || !addresses.every(({ address }) => isPublicAddress(address))) {
        return callback(notPublic(host), "");
      }
      if (options.all) return callback(null, addresses);
      callback(null, first.address, first.family);
    });
  };
}
