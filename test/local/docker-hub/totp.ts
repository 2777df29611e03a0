import { createHmac, timingSafeEqual } from "node:crypto";

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** The six digits of RFC 6238 (SHA-1, 30-second steps) for a base32 seed at a time in milliseconds. */
export function totp(seed: string, at: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)));
  const mac = createHmac("sha1", base32(seed)).update(counter).digest();
  const offset = (mac.at(-1) ?? 0) & 15;
  const number = (mac.readUInt32BE(offset) & 0x7fff_ffff) % 1_000_000;
  return String(number).padStart(6, "0");
}

/** Whether the code is right now, or one step early or late. */
export function totpMatches(seed: string, code: string, now: number): boolean {
  return [-30_000, 0, 30_000].some((shift) => {
    const right = Buffer.from(totp(seed, now + shift));
    const given = Buffer.from(code);
    return right.length === given.length && timingSafeEqual(right, given);
  });
}

function base32(text: string): Buffer {
  let bits = "";
  for (const letter of text.replace(/[\s=]/g, "").toUpperCase()) {
    const value = alphabet.indexOf(letter);
    if (value < 0) throw new Error("a TOTP seed is base32");
    bits += value.toString(2).padStart(5, "0");
  }
  const bytes = bits.match(/.{8}/g) ?? [];
  return Buffer.from(bytes.map((byte) => Number.parseInt(byte, 2)));
}
