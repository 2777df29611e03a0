import * as z from "zod";
import type { ManifestContent } from "../domain/refresh-ports.ts";
import type { Digest } from "../domain/tag.ts";
import { jsonOf, type Reply } from "./exchange.ts";
import { isSha256 } from "./manifest.ts";

const Digested = z.object({ digest: z.string().refine(isSha256) });

/** Attestations have a platform, too: "unknown/unknown". */
const Platform = z
  .object({ os: z.string(), architecture: z.string(), variant: z.string().optional() })
  .transform(({ os, architecture, variant }) =>
    variant ? `${os}/${architecture}/${variant}` : `${os}/${architecture}`,
  );

const Child = Digested.extend({ platform: Platform.catch("") });

const Content = z.object({
  manifests: z.array(z.unknown()).catch([]),
  subject: Digested.optional().catch(undefined),
});

/** What a manifest holds, as far as it can be read; of bytes whose digest is right, nothing else is a fault. */
export function contentOf(reply: Reply): ManifestContent {
  const { manifests = [], subject } = Content.safeParse(jsonOf(reply)).data ?? {};
  const children: { digest: Digest; platform: string }[] = [];
  for (const one of manifests) {
    const child = Child.safeParse(one).data;
    if (child) children.push(child);
  }
  return { children, ...(subject && { subject: subject.digest }) };
}
