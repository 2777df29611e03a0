import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { z } from "zod";
import type { StoredSecret } from "./secret-store.ts";

const Backup = z.object({
  name: z.string(),
  versions: z
    .array(
      z.object({
        version: z.string(),
        value: z.string(),
        enabled: z.boolean(),
        created: z.number(),
        updated: z.number(),
        contentType: z.string().optional(),
        tags: z.record(z.string(), z.string()).optional(),
        nbf: z.number().optional(),
        exp: z.number().optional(),
      }),
    )
    .min(1),
});

/** Backup blobs: opaque, and good only for the vault that made them. */
export interface Backups {
  /** base64url. */
  seal(secret: StoredSecret): string;
  /** undefined when the blob is not one of this vault's. */
  open(blob: string): StoredSecret | undefined;
}

const nonceLength = 12;
const tagLength = 16;

export function backups(): Backups {
  const key = randomBytes(32);
  return {
    seal({ name, versions }) {
      const nonce = randomBytes(nonceLength);
      const cipher = createCipheriv("aes-256-gcm", key, nonce);
      const sealed = Buffer.concat([
        cipher.update(JSON.stringify({ name, versions })),
        cipher.final(),
      ]);
      return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString("base64url");
    },
    open(blob) {
      const bytes = Buffer.from(blob, "base64url");
      if (bytes.length <= nonceLength + tagLength) return undefined;
      try {
        const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, nonceLength));
        decipher.setAuthTag(bytes.subarray(nonceLength, nonceLength + tagLength));
        const text = Buffer.concat([
          decipher.update(bytes.subarray(nonceLength + tagLength)),
          decipher.final(),
        ]);
        return Backup.parse(JSON.parse(text.toString()));
      } catch {
        return undefined;
      }
    },
  };
}
