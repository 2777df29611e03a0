import * as z from "zod";
import type { RotationRecord } from "../domain/rotation.ts";
import type { Row } from "./read-rows.ts";
import { announcement, type Lists, rotation, rotationCore } from "./rotation-body.ts";
import { decodeRow, encodeRow } from "./row.ts";

/**
 * Columns of a credential set's row: `body` with the record, `states` of its open rotations and `nextAt`
 * for people, and the long lists in columns `ended0`, `unsaid0`, `unsaid1` …, because a property holds
 * 64 KiB of UTF-16, so 32,768 letters: ten ended rotations take up to 19,000, fifty announcements
 * with messages of 500 take 45,000. What bounds a record is a property: 6,500 letters an ended rotation,
 * 1,600 an announcement, 32,000 all the rest. More is `invalid` `RowTooLarge`.
 */
export function encodeRotation({ ended, unsaid, unpublished, ...rest }: RotationRecord) {
  const states = rest.rotations.map(({ state }) => state).join(" ");
  return encodeRow(rest, {
    states,
    nextAt: rest.nextAt,
    ...listColumns("ended", ended),
    ...listColumns("unsaid", unsaid),
    ...listColumns("unpublished", unpublished),
  });
}

/** Unlike a rule or a tag, a rotation is seen nowhere else. */
const remedy =
  "Deploy that version again. Deleting the row ends the renewal, and forgets its policy and the old tokens that are still to be revoked: whoever does so all the same sends the PUT of the credential set again, and revokes old tokens at Docker Hub by hand.";

/** The record in a row; `refused` `RowUnreadable` when this version does not understand it. */
export function decodeRotation(row: Row): RotationRecord {
  const name = row.rowKey ?? "";
  const list = <T>(key: keyof Lists, type: z.ZodType<T>): readonly T[] =>
    listTexts(row, key).flatMap((body) => decodeRow(z.array(type), { ...row, body }, name, remedy));
  return {
    ...decodeRow(rotationCore, row, name, remedy),
    ended: list("ended", rotation),
    unsaid: list("unsaid", announcement),
    unpublished: list("unpublished", announcement),
  };
}

const itemsInColumn = { ended: 5, unsaid: 20, unpublished: 20 } as const;

function listColumns(key: keyof Lists, items: readonly unknown[]): Record<string, string> {
  const size = itemsInColumn[key];
  const count = Math.ceil(items.length / size);
  const part = (n: number) => JSON.stringify(items.slice(n * size, (n + 1) * size));
  return Object.fromEntries(Array.from({ length: count }, (_, n) => [`${key}${n}`, part(n)]));
}

function listTexts(row: Row, key: keyof Lists): readonly unknown[] {
  const texts: unknown[] = [];
  while (row[`${key}${texts.length}`] !== undefined) texts.push(row[`${key}${texts.length}`]);
  return texts;
}
