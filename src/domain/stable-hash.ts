export const hashLength = 7;

/** FNV-1a over UTF-16 units, as 7 base-36 digits: stable for ever, no secrecy meant. */
export function stableHash(text: string): string {
  let sum = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    sum = Math.imul(sum ^ text.charCodeAt(index), 0x01000193) >>> 0;
  }
  return sum.toString(36).padStart(hashLength, "0");
}
