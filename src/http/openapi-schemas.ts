import * as z from "zod";

type Json = Record<string, unknown>;

/** Gathers the named schemas met on the way into `components`, and answers references to them. */
export interface SchemaCollector {
  /** The JSON Schema of what is sent ("input") or answered ("output"). */
  of(schema: z.ZodType, io: "input" | "output"): Json;
  /** Everything collected so far, by id. */
  components(): Readonly<Record<string, Json>>;
}

export function schemaCollector(): SchemaCollector {
  const found = new Map<string, Json>();
  return {
    of(schema, io) {
      // A schema with an id becomes a reference to itself among its own $defs.
      const made = rewritten(z.toJSONSchema(schema, { io })) as Json & { readonly $defs?: Json };
      const { $defs = {}, $schema: _dialect, ...own } = made;
      for (const [name, definition] of Object.entries($defs)) found.set(name, clean(definition));
      return own;
    },
    components: () =>
      Object.fromEntries([...found].toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))),
  };
}

/** zod repeats a schema's id inside it; as a keyword it would mean nothing. */
function clean(schema: unknown): Json {
  const { id: _id, ...rest } = schema as Json;
  return rest;
}

/** References of a stand-alone schema, turned into references within the document. */
function rewritten(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(rewritten);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      key === "$ref" && typeof item === "string"
        ? item.replace("#/$defs/", "#/components/schemas/")
        : rewritten(item),
    ]),
  );
}
