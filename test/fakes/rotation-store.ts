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
      return found.toSorted((a, b) => (a.name < b.name ? -1 : 1)).map(toStored);
    },
    async get(registry, name) {
      const row = rows.get(keyOf(registry, name));
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
    all: () => [...rows.values()].map(({ text }) => decode(text)),
    texts: () => [...rows.values()].map(({ text }) => text),
  };
}

const keyOf = (registry: string, name: string) => `${registry}/${name}`.toLowerCase();

const toStored = ({ text, etag }: Row): Stored<RotationRecord> => ({ value: decode(text), etag });

const decode = (text: string) => JSON.parse(text) as RotationRecord;

function changed(name: string): LarderError {
  return new LarderError("stale", {
    code: "CredentialSetChanged",
    message: `What is recorded of credential set ${name} changed meanwhile. Read it again.`,
    target: name,
  });
}
