import { Secret as Seed, TOTP, URI } from "otpauth";
import type { Secret } from "../domain/secret.ts";

/** 80 bits, the shortest seed that services hand out; a code put in the seed's place is shorter. */
const shortestSeed = 10;

/** A TOTP seed as base32 or otpauth:// URI; undefined when it is neither. The library's errors quote the seed: none leaves here. */
export function readSeed(seed: Secret): TOTP | undefined {
  try {
    const read = parse(seed.reveal().trim());
    return read instanceof TOTP && read.secret.bytes.length >= shortestSeed ? read : undefined;
  } catch {
    return undefined;
  }
}

function parse(text: string) {
  if (/^otpauth:/i.test(text)) return URI.parse(text);
  return new TOTP({ secret: Seed.fromBase32(text.replace(/[\s-]/g, "")) });
}

/**
 * The codes of the time step at `at` (milliseconds) and of the next, in the order in which to try them. A code is good for
 * one login only (RFC 6238 section 5.2), so another sign-in of the account may have used this step's; the next is
 * ahead by less than a step, which servers allow for clocks that differ (same section). More tries would look like guessing.
 */
export function codesAt(totp: TOTP, at: number): readonly [string, string] {
  return [totp.generate({ timestamp: at }), totp.generate({ timestamp: at + totp.period * 1000 })];
}
