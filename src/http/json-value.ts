import { jsonPath, quoted } from "./problems.ts";
import { RequestError } from "./request-error.ts";

const maximumDepth = 32;

/** Own keys that mean something else to JavaScript; no schema of ours has them. */
const neverKeys = new Set(["__proto__", "constructor", "prototype"]);

/** Line breaks and tabs are text; other control characters, and halves of surrogate pairs, are not. */
const unprintable = /[^\P{Cc}\t\n\r]|\p{Cs}/u;

/**
 * Turns down what JSON allows and no client of ours means: nesting deeper than 32, keys such as
 * `__proto__`, control characters and lone surrogates in names and strings. 400 with the path.
 */
export function checkJsonValue(value: unknown, path: readonly PropertyKey[] = []): void {
  if (typeof value === "string" && unprintable.test(value)) {
    const message = "The text holds control characters or half a surrogate pair.";
    throw refusal("InvalidText", path, message);
  }
  if (typeof value !== "object" || value === null) return;
  if (path.length >= maximumDepth)
    throw refusal("JsonTooDeep", [], `JSON may be nested ${maximumDepth} deep.`);
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) checkJsonValue(item, [...path, index]);
    return;
  }
  for (const [key, item] of Object.entries(value)) {
    if (neverKeys.has(key) || unprintable.test(key))
      throw refusal("UnknownField", path, `${quoted(key)} is not a field here.`);
    checkJsonValue(item, [...path, key]);
  }
}

function refusal(code: string, path: readonly PropertyKey[], message: string): RequestError {
  const target = path.length > 0 ? jsonPath(path).slice(0, 200).toWellFormed() : undefined;
  const problem = { code, target, message };
  const top = code === "JsonTooDeep" ? code : "InvalidRequestBody";
  return new RequestError(400, { ...problem, code: top }, { details: [problem] });
}
