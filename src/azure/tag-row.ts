import * as z from "zod";
import type { Pin, RepositoryState, Superseded, TagRecord } from "../domain/tag.ts";
import { tagStatuses } from "../domain/tag.ts";
import type { Row } from "./read-rows.ts";
import { decodeRow, encodeRow } from "./row.ts";

const optional = z.string().optional();
const digestAt = z.looseObject({ digest: z.string(), at: z.string() });

const step = z.looseObject({
  kind: z.enum(["touching", "preparing", "purging"]),
  from: optional,
  to: z.string(),
  since: z.string(),
  looks: z.number(),
});

/** Loose, as all of these, so that fields a newer version wrote survive a rewrite by this one. */
const tagRecord: z.ZodType<TagRecord> = z.looseObject({
  registry: z.string(),
  repository: z.string(),
  tag: z.string(),
  status: z.enum(tagStatuses),
  reason: z.string(),
  cached: optional,
  upstream: optional,
  checkedAt: z.string(),
  changedAt: optional,
  moved: z.looseObject({ digest: z.string(), since: z.string() }).optional(),
  absentSince: optional,
  step: step.optional(),
  dueAt: optional,
  adoptedEarly: digestAt.optional(),
  lastGood: digestAt.optional(),
  untaggedAt: optional,
  refreshes: z.array(z.string()),
});

/** A status that this version does not know is kept. */
export const tagCounts = z
  .record(z.string(), z.number())
  .transform((counts) => counts as RepositoryState["counts"]);

export const tagPass = z.looseObject({
  startedAt: z.string(),
  after: optional,
  listed: z.number(),
  ordered: z.boolean(),
  listedAll: z.boolean(),
});
const trouble = z.looseObject({ message: z.string(), since: z.string(), until: z.string() });

const repositoryState: z.ZodType<RepositoryState> = z.looseObject({
  registry: z.string(),
  repository: z.string(),
  rule: z.string(),
  counts: tagCounts,
  policy: z.string(),
  pass: tagPass.optional(),
  checkedAt: optional,
  listing: z.looseObject({ complete: z.boolean(), message: z.string(), at: z.string() }).optional(),
  followUpAt: optional,
  cleanAt: optional,
  queuedAt: optional,
  lease: z.looseObject({ holder: z.string(), until: z.string() }).optional(),
  trouble: trouble.optional(),
});

const pin: z.ZodType<Pin> = z.looseObject({
  tag: z.string(),
  reason: z.string(),
  by: z.string(),
  since: z.string(),
  until: optional,
});

const superseded: z.ZodType<Superseded> = z.looseObject({
  digest: z.string(),
  tag: z.string(),
  since: z.string(),
});

/** Columns of a tag's row; `list` filters by `status`, `due` by `dueAt`, which is absent when there is none. */
export function encodeTag(record: TagRecord) {
  const { status, dueAt } = record;
  return encodeRow(record, dueAt === undefined ? { status } : { status, dueAt });
}

export const encodeState = (state: RepositoryState) => encodeRow(state);
export const encodePin = (value: Pin) => encodeRow(value);
export const encodeSuperseded = (value: Superseded) => encodeRow(value);

export const decodeTag = (row: Row) => decode(tagRecord, row);
export const decodeState = (row: Row) => decode(repositoryState, row);
export const decodePin = (row: Row) => decode(pin, row);
export const decodeSuperseded = (row: Row) => decode(superseded, row);

const decode = <T>(type: z.ZodType<T>, row: Row) => decodeRow(type, row, row.rowKey ?? "");
