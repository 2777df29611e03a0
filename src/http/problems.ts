import type * as z from "zod";
import type { Problem } from "../domain/errors.ts";
import { RequestError } from "./request-error.ts";

type Issue = z.core.$ZodIssue;
export type Place = "body" | "path" | "query";

const codes: Readonly<Record<Place, string>> = {
  body: "InvalidRequestBody",
  path: "InvalidPathParameter",
  query: "InvalidQueryParameter",
};

/** More would help nobody and make a small request answer with a large body. */
const maximumDetails = 50;

/** Names from a request are quoted back shortened, as JSON, so that nothing odd is echoed raw. */
export function quoted(name: string): string {
  const short = name.length > 60 ? `${name.slice(0, 60)}…` : name;
  return JSON.stringify(short.toWellFormed());
}

/** "refresh.tags[0]": the JSON path used as `target`. */
export function jsonPath(path: readonly PropertyKey[]): string {
  let text = "";
  for (const part of path) {
    if (typeof part === "number") text += `[${part}]`;
    else text += text === "" ? String(part) : `.${String(part)}`;
  }
  return text;
}

function problemsOf(issue: Issue): Problem[] {
  const target = jsonPath(issue.path);
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      code: "UnknownField",
      target: jsonPath([...issue.path, key.slice(0, 60).toWellFormed()]),
      message: `${quoted(key)} is not a field here. Check its spelling against GET /api/openapi.json.`,
    }));
  }
  const ofKind = issue.code === "invalid_type" || issue.code === "invalid_value";
  if (ofKind && issue.input === undefined) {
    return [{ code: "MissingField", target, message: `"${target}" is required.` }];
  }
  return [{ code: "InvalidField", target, message: issue.message }];
}

/** The 400 for input that a schema turned down: one problem a field, the first of them as the error's target. */
export function invalidInput(place: Place, issues: readonly Issue[]): RequestError {
  const details = issues.flatMap(problemsOf).slice(0, maximumDetails);
  const [first] = details;
  const where = first?.target ? `${first.target}: ` : "";
  const rest = details.length > 1 ? ` (${details.length - 1} more in details)` : "";
  return new RequestError(
    400,
    {
      code: codes[place],
      target: first?.target,
      message: `${where}${first?.message ?? "Not understood."}${rest}`,
    },
    { details },
  );
}

/** The value as the schema has it; 400 naming every field that is wrong. */
export function parseInput<T extends z.ZodType>(
  place: Place,
  schema: T,
  value: unknown,
): z.output<T> {
  const parsed = schema.safeParse(value, { reportInput: true });
  if (parsed.success) return parsed.data;
  throw invalidInput(place, parsed.error.issues);
}
