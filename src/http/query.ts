import type * as z from "zod";
import { parseInput, quoted } from "./problems.ts";
import { RequestError } from "./request-error.ts";

/** Not ours: the host reads the function key from `code` and `clientId`; `api-version` is checked apart. */
const ignored = new Set(["code", "clientId", "api-version"]);

/** The query as the schema has it; 400 for a parameter that is unknown, given twice, or wrong. */
export function parseQuery<T extends z.ZodRawShape>(
  schema: z.ZodObject<T>,
  query: URLSearchParams,
): z.output<z.ZodObject<T>> {
  const given = [...query].filter(([name]) => !ignored.has(name));
  const known = Object.keys(schema.shape);
  const seen = new Set<string>();
  for (const [name] of given) {
    if (!known.includes(name)) {
      const list = known.length > 0 ? `It takes ${known.join(", ")}.` : "It takes none.";
      throw refusal("UnknownQueryParameter", name, `does not exist for this call. ${list}`);
    }
    if (seen.has(name)) throw refusal("DuplicateQueryParameter", name, "is given more than once.");
    seen.add(name);
  }
  return parseInput("query", schema, Object.fromEntries(given));
}

function refusal(code: string, name: string, what: string): RequestError {
  const target = name.slice(0, 60).toWellFormed();
  return new RequestError(400, {
    code,
    target,
    message: `The query parameter ${quoted(name)} ${what}`,
  });
}
