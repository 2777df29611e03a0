import { isReason, LarderError } from "../domain/errors.ts";
import { nextAtOf } from "../domain/plan-rotation.ts";
import type { Ports, Stored } from "../domain/ports.ts";
import type { Rotation, RotationRecord } from "../domain/rotation.ts";
import { plusSeconds } from "../domain/time.ts";

/**
 * Whatever acts on the vault, on Docker Hub or on ARM is begun only while this share of the lease is left: by default 120 s,
 * longer than the longest call with all its retries, so that no call of this worker takes effect after another one took over.
 */
const actShare = 0.4;

/** What others than the worker may change while it works, and it therefore takes over from the row. */
type Others = Pick<RotationRecord, "hintedAt" | "asked">;

/** One credential set's record, in the hands of one worker. */
export interface RotationDesk {
  record(): RotationRecord;
  /**
   * Writes a change. What others have written meanwhile (a hint, a request) stays; a request ends when a rotation by its id is
   * there. `stale` `LeaseLost` when another worker has the set by now, `RequestChanged` when somebody has changed
   * what is renewed, or how: what this worker knows is then worth nothing, and the row counts.
   */
  write(change: Partial<RotationRecord>): Promise<void>;
  /**
   * Makes sure that there is time to act alone; `stale` `LeaseLost` otherwise. To be awaited right before every
   * call that changes something.
   */
  guard(): Promise<void>;
  /** Gives the set back. Resolves also when another worker has it by now. */
  release(): Promise<void>;
}

type DeskPorts = Pick<Ports, "rotations" | "rotationSettings" | "ambient">;

const rounds = 8;

/** Takes the set for this worker; `busy` with the lease's end while another has it; undefined when there is no record. */
export async function takeRotationDesk(
  ports: DeskPorts,
  registry: string,
  name: string,
): Promise<RotationDesk | { readonly busyUntil: string } | undefined> {
  const holder = ports.ambient.newId();
  for (let round = 0; round < rounds; round += 1) {
    const stored = await ports.rotations.get(registry, name);
    if (!stored) return undefined;
    const { lease } = stored.value;
    if (lease && lease.until > ports.ambient.now()) return { busyUntil: lease.until };
    const taken = leased(ports, stored.value, holder);
    const etag = await ports.rotations.write(taken, stored.etag).catch(staleAsUndefined);
    if (etag !== undefined) return desk(ports, holder, { value: taken, etag });
  }
  return { busyUntil: plusSeconds(ports.ambient.now(), 1) };
}

function desk(ports: DeskPorts, holder: string, taken: Stored<RotationRecord>): RotationDesk {
  let held = taken;
  // A write that failed may have been done all the same. Written over from here, it would be undone, and with it perhaps a rotation
  // that somebody asked for: what is in the row is for the next worker to read.
  let unsure = false;
  const own: RotationDesk = {
    record: () => held.value,
    async write(change) {
      if (unsure) throw leaseLost(held.value);
      for (let round = 0; round < rounds; round += 1) {
        const value = leased(ports, withoutBegun({ ...held.value, ...change }), holder);
        const etag = await ports.rotations.write(value, held.etag).catch((error: unknown) => {
          unsure = !isReason(error, "stale");
          return staleAsUndefined(error);
        });
        if (etag !== undefined) {
          held = { value, etag };
          return;
        }
        held = await meanwhile(ports, held.value, holder);
      }
      throw leaseLost(held.value);
    },
    async guard() {
      const until = held.value.lease?.until ?? "";
      // A write that succeeds says that nobody else has written, however late it is.
      const needed = actShare * ports.rotationSettings.leaseSeconds;
      if (plusSeconds(ports.ambient.now(), needed) > until) await own.write({});
    },
    async release() {
      for (let round = 0; round < rounds; round += 1) {
        const stored = await ports.rotations.get(held.value.registry, held.value.name);
        if (stored?.value.lease?.holder !== holder) return;
        const value = { ...stored.value, lease: undefined };
        const done = await ports.rotations.write(value, stored.etag).catch(staleAsUndefined);
        if (done !== undefined) return;
      }
    },
  };
  return own;
}

/**
 * Our record with what others wrote since, if the lease is still ours; and with the rotation that our own last write
 * began, or ended as not due, although its answer was lost: what was asked for is in no other place any more.
 */
async function meanwhile(
  ports: DeskPorts,
  mine: RotationRecord,
  holder: string,
): Promise<Stored<RotationRecord>> {
  const stored = await ports.rotations.get(mine.registry, mine.name);
  if (stored?.value.lease?.holder !== holder) throw leaseLost(mine);
  if (stored.value.revision !== mine.revision) throw requestChanged(mine);
  const { hintedAt, asked }: Others = stored.value;
  const known = new Set([...mine.rotations, ...mine.ended].map(({ id }) => id));
  const isNew = ({ id }: Rotation) => !known.has(id);
  const rotations = [...mine.rotations, ...stored.value.rotations.filter(isNew)];
  const ended = [...stored.value.ended.filter(isNew), ...mine.ended];
  return {
    value: { ...mine, hintedAt, asked, rotations, ended },
    etag: stored.etag,
  };
}

/** A request that became a rotation is none any more; one that came while another rotation began still waits. */
function withoutBegun(record: RotationRecord): RotationRecord {
  const { asked, rotations, ended } = record;
  const begun = [...rotations, ...ended].some(({ id }) => id === asked?.id);
  return begun ? { ...record, asked: undefined } : record;
}

function leased(
  ports: Pick<Ports, "ambient" | "rotationSettings">,
  record: RotationRecord,
  holder: string,
): RotationRecord {
  const until = plusSeconds(ports.ambient.now(), ports.rotationSettings.leaseSeconds);
  return { ...record, lease: { holder, until }, nextAt: nextAtOf(record) };
}

function leaseLost({ registry, name }: RotationRecord): LarderError {
  return new LarderError("stale", {
    code: "LeaseLost",
    message: `Another worker has taken over credential set "${name}" of ${registry}.`,
  });
}

function requestChanged({ registry, name }: RotationRecord): LarderError {
  return new LarderError("stale", {
    code: "RequestChanged",
    message: `What is renewed of credential set "${name}" of ${registry}, or how, was changed meanwhile.`,
  });
}

/** Whether this is how a desk says that its time is over. */
export function isLeaseLost(error: unknown): boolean {
  return isReason(error, "stale") && (error.problem.code === "LeaseLost" || isChanged(error));
}

/** Whether its time is over because somebody has changed what is renewed, or how. */
export function isChanged(error: unknown): boolean {
  return isReason(error, "stale") && error.problem.code === "RequestChanged";
}

function staleAsUndefined(error: unknown): undefined {
  if (isReason(error, "stale")) return undefined;
  throw error;
}
