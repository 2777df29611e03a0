import { LarderError } from "../../src/domain/errors.ts";
import type { Stored } from "../../src/domain/ports.ts";
import type { RotationRecord } from "../../src/domain/rotation.ts";
import type { RotationStore } from "../../src/domain/rotation-ports.ts";

/** The `rotations` table in memory. Values go in and out as text, so that nobody shares an object with it. */
export interface FakeRotationStore extends RotationStore {
  /** What is stored now. */
  find(registry: string, name: string): RotationRecord | undefined;
  /** Of all registries, in the order they were first written. */
  all(): readonly RotationRecord[];
  /** Every stored text, to be searched for what must not be there. */
  texts(): readonly string[];
  /** Makes a record one that this version does not understand; there must be one. It is left out of `all`. */
  tear(registry: string, name: string): void;
}

interface Row {
  readonly registry: string;
  readonly name: string;
  readonly text: string;
  readonly etag: string;
}

export function fakeRotationStore(): FakeRotationStore {
  const rows = new Map<string, Row>();
  let written = 0;
  return {
    async list(registry) {
      const wanted = registry.toLowerCase();
      const found = [...rows.values()].filter((row) => row.registry === wanted);
      const sorted = found.toSorted((a, b) => (a.name < b.name ? -1 : 1));
      return {
        records: sorted.filter(isReadable).map(toStored),
        unreadable: sorted
          .filter((row) => !isReadable(row))
          .map((row) => ({ name: row.name, problem: unreadable(row).problem })),
      };
    },
    async get(registry, name) {
      const row = rows.get(keyOf(registry, name));
      if (row && !isReadable(row)) throw unreadable(row);
      return row && toStored(row);
    },
    async write(record, etag) {
      const { registry, name } = record;
      if (rows.get(keyOf(registry, name))?.etag !== etag) throw changed(name);
      written += 1;
      const row = { text: JSON.stringify(record), etag: `W/"${written}"` };
      const names = { registry: registry.toLowerCase(), name: name.toLowerCase() };
      rows.set(keyOf(registry, name), { ...row, ...names });
      return row.etag;
    },
    async remove(registry, name, etag) {
      const row = rows.get(keyOf(registry, name));
      if (row && row.etag !== etag) throw changed(name);
      rows.delete(keyOf(registry, name));
    },
    find(registry, name) {
      const row = rows.get(keyOf(registry, name));
      return row && decode(row.text);
    },
    all: () => [...rows.values()].filter(isReadable).map(({ text }) => decode(text)),
    texts: () => [...rows.values()].map(({ text }) => text),
    tear(registry, name) {
      const row = rows.get(keyOf(registry, name));
      if (!row) throw new Error(`no record of ${registry}/${name} to tear`);
      rows.set(keyOf(registry, name), { ...row, text: torn });
    },
  };
}

const keyOf = (registry: string, name: string) => `${registry}/${name}`.toLowerCase();

const torn = "{";

const isReadable = ({ text }: Row) => text !== torn;

const toStored = ({ text, etag }: Row): Stored<RotationRecord> => ({ value: decode(text), etag });

const decode = (text: string) => JSON.parse(text) as RotationRecord;

function unreadable({ registry, name }: Row): LarderError {
  return new LarderError("refused", {
    code: "RowUnreadable",
    message: `Row "${name}" of registry "${registry}" in table storage cannot be read (body).`,
    target: name,
  });
}

function changed(name: string): LarderError {
  return new LarderError("stale", {
    code: "CredentialSetChanged",
    message: `What is recorded of credential set ${name} changed meanwhile. Read it again.`,
    target: name,
  });
}
