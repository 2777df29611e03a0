import type { Trouble } from "./ask-heads.ts";
import { recordChunk } from "./record-chunk.ts";
import { type ChunkMode, type ChunkTag, refreshChunk } from "./refresh-chunk.ts";
import type { Site } from "./refresh-site.ts";

/** Does what is due for the tags of a chunk, and records what became of them. */
export async function workChunk(
  site: Site,
  chunk: readonly ChunkTag[],
  mode: ChunkMode,
): Promise<{ readonly trouble?: Trouble | undefined }> {
  if (chunk.length === 0) return {};
  const { climbs, trouble } = await refreshChunk(site, chunk, mode);
  await recordChunk(site, climbs, mode);
  return { trouble };
}
