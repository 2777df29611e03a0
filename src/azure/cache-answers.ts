import * as z from "zod";
import { LarderError } from "../domain/errors.ts";
import type { ListedManifest, ListedTag } from "../domain/refresh-ports.ts";

/** What Microsoft's own clients ask for (facts/acr.md section 2); the service's maximum is not documented. */
const pageSize = 100;

/** Where a list goes on after a name, for `byPage`, which takes the SDK's next link only. */
export function startOf(
  repository: string,
  list: "_tags" | "_manifests",
  after: string | undefined,
): { readonly continuationToken: string } {
  const query = new URLSearchParams({ ...(after && { last: after }), n: String(pageSize) });
  const path = `/acr/v1/${encodeURIComponent(repository)}/${list}`;
  return { continuationToken: `${path}?${query.toString()}` };
}

const Digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);
const Lock = z.boolean().nullish();
const Tag = z.object({ name: z.string().min(1), digest: Digest, canDelete: Lock, canWrite: Lock });
const Manifest = z.object({
  digest: Digest,
  tags: z.array(z.string()),
  canDelete: Lock,
  canWrite: Lock,
});
const Count = z.number().int().nonnegative();
const Counts = z.object({ tagCount: Count, manifestCount: Count });

/** What `next` of the SDK's pages gives; nothing at all where the answer has no list in it. */
type PageResult = IteratorResult<
  ReadonlyArray<unknown> & { readonly continuationToken?: string },
  unknown
>;

export function readTagPage({ done, value }: PageResult) {
  const tags = done ? [] : value.map(readTag);
  return { tags, ...(!done && nextAfter(value, tags.at(-1)?.tag)) };
}

export function readManifestPage({ done, value }: PageResult) {
  const manifests = done ? [] : value.map(readManifest);
  return { manifests, ...(!done && nextAfter(value, manifests.at(-1)?.digest)) };
}

export function readManifest(value: unknown): ListedManifest {
  const { digest, tags, ...locks } = read(Manifest, value);
  return { digest, tags, locked: isLocked(locks) };
}

export function readCounts(value: unknown): { readonly tags: number; readonly manifests: number } {
  const { tagCount, manifestCount } = read(Counts, value);
  return { tags: tagCount, manifests: manifestCount };
}

export function readTag(value: unknown): ListedTag {
  const { name, digest, ...locks } = read(Tag, value);
  return { tag: name, digest, locked: isLocked(locks) };
}

/** Either of the two keeps a thing from being deleted (facts/acr.md section 2). */
function isLocked({ canDelete, canWrite }: { canDelete?: unknown; canWrite?: unknown }): boolean {
  return canDelete === false || canWrite === false;
}

/** There is a next page only where the registry says so; a page may be empty and not the last. */
function nextAfter(
  { continuationToken }: { readonly continuationToken?: string },
  last: string | undefined,
): { readonly next?: string } {
  if (!continuationToken) return {};
  const said = new URLSearchParams(continuationToken.split("?")[1]).get("last");
  const next = last ?? said;
  return next ? { next } : {};
}

function read<T>(type: z.ZodType<T>, value: unknown): T {
  const parsed = type.safeParse(value);
  if (parsed.success) return parsed.data;
  const paths = parsed.error.issues.map(({ path }) => path.join(".")).join(", ");
  throw new LarderError("refused", {
    code: "UnexpectedAnswer",
    message: `The registry's answer cannot be read (${paths.slice(0, 200)}).`,
  });
}
