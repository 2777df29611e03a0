import { LarderError } from "../domain/errors.ts";
import type { Ports } from "../domain/ports.ts";
import type { Refresh, RefreshResult } from "../domain/refresh.ts";
import type { TagStatus } from "../domain/tag.ts";
import { servedName } from "./find-rule.ts";

/** A refresh on demand of this registry. `missing` when there is none by that id, or it was cleaned up. */
async function findRefresh(
  ports: Pick<Ports, "registries" | "refreshes">,
  registry: string,
  id: string,
): Promise<Refresh> {
  const served = servedName(ports, registry);
  const found = (await ports.refreshes.get(id))?.value;
  if (found?.operation.registry === served) return found;
  throw new LarderError("missing", {
    code: "RefreshNotFound",
    target: "id",
    message: `Registry "${served}" has no refresh "${id}". Refreshes are kept for 7 days after their end.`,
  });
}

/** What a refresh found and did so far, a tag each, by repository and tag. `missing` as `findRefresh`. */
export async function readRefreshResults(
  ports: Pick<Ports, "registries" | "refreshes">,
  registry: string,
  id: string,
  page: {
    readonly status?: TagStatus | undefined;
    readonly limit: number;
    readonly after?: string | undefined;
  },
): Promise<{ readonly results: readonly RefreshResult[]; readonly next?: string | undefined }> {
  const { operation } = await findRefresh(ports, registry, id);
  return ports.refreshes.results(operation.id, page);
}
