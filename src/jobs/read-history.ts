import type { HistoryEntry } from "../domain/operation.ts";
import type { Ports } from "../domain/ports.ts";
import { servedName } from "./find-rule.ts";

/** Who did what on a registry's rules, newest first. `missing` when the registry is not served. */
export async function readHistory(
  ports: Pick<Ports, "history" | "registries">,
  registry: string,
  page: {
    readonly resource?: string | undefined;
    readonly limit: number;
    readonly after?: string | undefined;
  },
): Promise<{ readonly entries: readonly HistoryEntry[]; readonly next?: string | undefined }> {
  return ports.history.list(servedName(ports, registry), page);
}
