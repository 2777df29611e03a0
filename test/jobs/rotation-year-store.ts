import { LarderError } from "../../src/domain/errors.ts";
import type { Stored } from "../../src/domain/ports.ts";
import type { RotationRecord } from "../../src/domain/rotation.ts";
import type { RotationStore } from "../../src/domain/rotation-ports.ts";

/** The `rotations` table in memory, for very many reads. */
export interface YearStore extends RotationStore {
  find(registry: string, name: string): RotationRecord | undefined;
  all(): readonly RotationRecord[];
}

/**
 * Unlike the fake of other tests it turns no row into text and back; all share it, which jobs that
 * change nothing in place cannot tell. `onWrite` hears every row.
 */
export function yearStore(onWrite: (record: RotationRecord) => void): YearStore {
  const rows = new Map<string, Stored<RotationRecord>>();
  const keyOf = (registry: string, name: string) => `${registry}/${name}`.toLowerCase();
  let count = 0;
  const check = (key: string, name: string, etag: string | undefined) => {
    if (rows.get(key)?.etag === etag) return;
    const message = `What is recorded of credential set ${name} changed meanwhile.`;
    throw new LarderError("stale", { code: "CredentialSetChanged", message, target: name });
  };
  return {
    list: async (registry) => {
      const found = [...rows].filter(([key]) => key.startsWith(`${registry.toLowerCase()}/`));
      const sorted = found.toSorted(([a], [b]) => (a < b ? -1 : 1));
      return { records: sorted.map(([, row]) => row), unreadable: [] };
    },
    get: async (registry, name) => rows.get(keyOf(registry, name)),
    find: (registry, name) => rows.get(keyOf(registry, name))?.value,
    all: () => [...rows.values()].map(({ value }) => value),
    async write(record, etag) {
      const key = keyOf(record.registry, record.name);
      check(key, record.name, etag);
      count += 1;
      const written = `W/"${count}"`;
      rows.set(key, { value: record, etag: written });
      onWrite(record);
      return written;
    },
    async remove(registry, name, etag) {
      const key = keyOf(registry, name);
      if (rows.has(key)) check(key, name, etag);
      rows.delete(key);
    },
  };
}
