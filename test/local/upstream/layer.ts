import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";

/** "sha256:" and the hex digest of the bytes. */
export function digestOf(bytes: Buffer): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

/** A gzipped tar holding one file, and the digest of the tar before compression (`diff_ids` of a config). */
export function layerWith(
  path: string,
  content: string,
): { readonly bytes: Buffer; readonly diffId: string } {
  const tar = tarOf(path, Buffer.from(content));
  // Small working memory: a bench pushes thousands of images, and zlib's default is 256 KiB a call.
  const small = { level: 1, memLevel: 1, windowBits: 9, chunkSize: 1024 };
  return { bytes: gzipSync(tar, small), diffId: digestOf(tar) };
}

function tarOf(path: string, content: Buffer): Buffer {
  const header = Buffer.alloc(512);
  header.write(path, 0, 100);
  header.write("0000644\0", 100);
  header.write("0000000\0", 108);
  header.write("0000000\0", 116);
  header.write(`${content.length.toString(8).padStart(11, "0")}\0`, 124);
  header.write("00000000000\0", 136);
  header.write("        ", 148);
  header.write("0", 156);
  header.write("ustar\0", 257);
  header.write("00", 263);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  const padding = Buffer.alloc((512 - (content.length % 512)) % 512);
  return Buffer.concat([header, content, padding, Buffer.alloc(1024)]);
}
