import { isReason } from "../domain/errors.ts";
import type { Ports } from "../domain/ports.ts";
import type { RefreshSettings, TagChange } from "../domain/refresh-ports.ts";
import type { RepositoryState } from "../domain/tag.ts";
import { plusSeconds } from "../domain/time.ts";

/** Shortest time that a worker has a repository to itself, seconds. */
const shortestLease = 3;
/** Share of that time that must be left for what no other worker may do beside it. */
const margin = 0.2;

/** Seconds a worker has a repository to itself; every write begins them anew. */
export function leaseSeconds({ messageSeconds }: Pick<RefreshSettings, "messageSeconds">): number {
  return Math.max(shortestLease, 1.5 * messageSeconds);
}

/** The rows of one repository, in the hands of one worker. */
export interface Desk {
  state(): RepositoryState;
  /**
   * Writes rows together with the state, whose lease it renews. `stale` when somebody else wrote
   * since: another worker after the lease had run out, or a person who pinned a tag.
   */
  write(state: Partial<RepositoryState>, rows?: Omit<TagChange, "state" | "etag">): Promise<void>;
  /** Whether there is time to act alone. */
  mayAct(): boolean;
  /** Gives the repository back after a failure, unless another worker has it by now. */
  release(): Promise<void>;
}

/**
 * Takes the repository for this worker; undefined while another one has it. `begin` makes the state
 * of a repository that has none.
 */
export async function takeDesk(
  ports: Pick<Ports, "tags" | "ambient" | "refreshSettings">,
  registry: string,
  repository: string,
  begin: () => RepositoryState,
): Promise<Desk | undefined> {
  for (let tries = 0; tries < 3; tries += 1) {
    const taken = await tryDesk(ports, registry, repository, begin);
    if (taken !== "moved") return taken;
  }
  return undefined;
}

/** "moved": somebody wrote at the same time, a sweep perhaps. */
async function tryDesk(
  ports: Pick<Ports, "tags" | "ambient" | "refreshSettings">,
  registry: string,
  repository: string,
  begin: () => RepositoryState,
): Promise<Desk | "moved" | undefined> {
  const stored = await ports.tags.state(registry, repository);
  const { lease } = stored?.value ?? {};
  if (lease && lease.until > ports.ambient.now()) return undefined;
  const holder = ports.ambient.newId();
  const seconds = leaseSeconds(ports.refreshSettings);
  let state = stored?.value ?? begin();
  let etag = stored?.etag;
  const desk: Desk = {
    state: () => state,
    async write(change, rows) {
      const until = plusSeconds(ports.ambient.now(), seconds);
      const next = { ...state, lease: { holder, until }, ...change };
      etag = await ports.tags.write({ ...rows, state: next, etag });
      state = next;
    },
    mayAct: () =>
      state.lease !== undefined &&
      ports.ambient.now() < plusSeconds(state.lease.until, -margin * seconds),
    async release() {
      const held = await ports.tags.state(registry, repository);
      if (held?.value.lease?.holder !== holder) return;
      await ports.tags.write({ state: { ...held.value, lease: undefined }, etag: held.etag });
    },
  };
  try {
    await desk.write({ queuedAt: undefined });
    return desk;
  } catch (error) {
    if (isReason(error, "stale")) return "moved";
    throw error;
  }
}
