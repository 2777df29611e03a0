import { randomBytes } from "node:crypto";

/** Access keys of the host. Those not given are made up. */
export interface Keys {
  readonly master: string;
  /** The host key "default": opens every function. */
  readonly function: string;
  /** By extension, e.g. `eventgrid_extension`. */
  readonly system: Readonly<Record<string, string>>;
  /** Keys that open one function only, by function name. */
  readonly functions: Readonly<Record<string, string>>;
}

/** Whose key was presented. `system` names the extension it belongs to. */
export type Presented =
  | { readonly level: "admin" | "function" | "anonymous" }
  | { readonly level: "system"; readonly extension: string };

const made = () => randomBytes(40).toString("base64url");

/** Fills in the keys that are missing. */
export function makeKeys(given: Partial<Keys> = {}): Keys {
  return {
    master: given.master ?? made(),
    function: given.function ?? made(),
    system: { eventgrid_extension: made(), ...given.system },
    functions: given.functions ?? {},
  };
}

/** Reads header `x-functions-key` first, else `?code=` (facts/functions.md section 1.5). */
export function presentedKey(
  keys: Keys,
  header: string | undefined,
  query: URLSearchParams,
  functionName?: string,
): Presented {
  const key = header || query.get("code");
  if (!key) return { level: "anonymous" };
  if (key === keys.master) return { level: "admin" };
  const extension = Object.keys(keys.system).find((name) => keys.system[name] === key);
  if (extension !== undefined) return { level: "system", extension };
  const own = functionName === undefined ? undefined : keys.functions[functionName];
  return { level: key === keys.function || key === own ? "function" : "anonymous" };
}

/** Admin opens everything; otherwise the level must be the required one, not just above it (host, AuthUtility.cs). */
export function mayCall(presented: Presented, required: unknown): boolean {
  return required === "anonymous" || presented.level === "admin" || presented.level === required;
}
