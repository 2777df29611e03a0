import * as z from "zod";
import { LarderError } from "../domain/errors.ts";

/**
 * The version of what `body` holds. Newer fields do not need a new one, and survive a rewrite by an older
 * Larder; a changed meaning does. Rows of lower versions are read, which whoever raises it sees to here.
 */
export const schema = 1;

const property = 65_536;
const entity = 1_048_576;

/**
 * The columns of a row: one JSON property, `body`, holds the domain value; the others only serve
 * filters and people who look at the table. `invalid` when a text is over the service's 64 KiB of UTF-16, or all of
 * them over 1 MiB: Azurite lets larger rows in (facts/functions.md section 5), the service does not.
 */
export function encodeRow(value: unknown, columns: Readonly<Record<string, string>> = {}) {
  const row = { ...columns, schema, body: JSON.stringify(value) };
  const sizes = Object.values(row).map((one) => String(one).length * 2);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (sizes.every((size) => size <= property) && total <= entity) return row;
  throw new LarderError("invalid", {
    code: "RowTooLarge",
    message: "This is more text than one table row can hold (64 KiB). Shorten it.",
  });
}

/** A row with a higher version means something that would be misread here, so it is not read at all. */
const rowEnvelope = z.object({ body: z.string(), schema: z.number().max(schema).default(schema) });

const foundAgain =
  "Deploy that version again, or delete the row: what can be seen elsewhere, a rule in ARM or a tag in the registry, is then found again.";

/** The domain value of a row; `refused` `RowUnreadable` when it is none that this version understands, with what to do then. */
export function decodeRow<T>(
  type: z.ZodType<T>,
  row: unknown,
  name: string,
  remedy: string = foundAgain,
): T {
  const envelope = rowEnvelope.safeParse(row);
  const parsed = envelope.success ? type.safeParse(readJson(envelope.data.body)) : envelope;
  if (parsed.success) return parsed.data as T;
  const paths = pathsOf(parsed.error);
  const { partitionKey } = row as { readonly partitionKey?: string };
  throw new LarderError("refused", {
    code: "RowUnreadable",
    message: `Row "${name}" of registry "${partitionKey}" in table storage cannot be read (${paths}); a newer version of Larder most likely wrote it. ${remedy}`,
    target: name,
  });
}

/** Every entry of a spoilt list would have one; the message goes into log lines and answers. */
function pathsOf({ issues }: z.ZodError): string {
  const paths = issues.map(({ path }) => path.join(".").slice(0, 60).toWellFormed() || "body");
  return [...paths.slice(0, 5), ...(paths.length > 5 ? ["…"] : [])].join(", ");
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
