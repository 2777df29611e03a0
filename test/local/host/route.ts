/*
 * Route templates of ASP.NET Core as far as functions use them: literals, {id}, {id?}, {id:int?},
 * {name:alpha}, {*rest}; compared without case. Anything else is refused when the app loads, never guessed.
 */

type Check = (value: string) => boolean;

type Segment =
  | { readonly kind: "literal"; readonly text: string }
  | {
      readonly kind: "parameter";
      readonly name: string;
      readonly checks: readonly Check[];
      readonly optional: boolean;
      readonly catchAll: boolean;
    };

export interface Route {
  /** The parameters of a path ("/api/rules/x", percent-encoded), absent optional ones left out; undefined: no match. */
  match(path: string): Readonly<Record<string, string>> | undefined;
}

const number = (value: string) => (value.trim() === "" ? Number.NaN : Number(value));
const whole = (bits: bigint) => (value: string) =>
  /^[+-]?\d{1,19}$/.test(value) && BigInt.asIntN(Number(bits), BigInt(value)) === BigInt(value);

/** Constraints by name; numbers are the template's arguments. */
const constraints: Readonly<Record<string, (...of: number[]) => Check>> = {
  int: () => whole(32n),
  long: () => whole(64n),
  alpha: () => (value) => /^[a-z]*$/i.test(value),
  bool: () => (value) => /^(true|false)$/i.test(value),
  guid: () => (value) => /^\{?[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}\}?$/i.test(value),
  decimal: () => (value) => Number.isFinite(number(value)),
  required: () => (value) => value !== "",
  minlength:
    (least = 0) =>
    (value) =>
      value.length >= least,
  maxlength:
    (most = 0) =>
    (value) =>
      value.length <= most,
  length:
    (least = 0, most = least) =>
    (value) =>
      value.length >= least && value.length <= most,
  min:
    (least = 0) =>
    (value) =>
      whole(64n)(value) && Number(value) >= least,
  max:
    (most = 0) =>
    (value) =>
      whole(64n)(value) && Number(value) <= most,
  range:
    (least = 0, most = 0) =>
    (value) =>
      whole(64n)(value) && Number(value) >= least && Number(value) <= most,
};

function constraint(text: string, template: string): Check {
  const [, name = "", values] = /^(\w+)(?:\(([^)]*)\))?$/.exec(text) ?? [];
  const make = constraints[name.toLowerCase()];
  if (!make)
    throw new Error(`Route "${template}": the local host does not know constraint "${text}".`);
  return make(...(values === undefined ? [] : values.split(",").map(Number)));
}

function segment(text: string, template: string): Segment {
  if (!/[{}]/.test(text)) return { kind: "literal", text: text.toLowerCase() };
  const found = /^\{(\*{0,2})([^{}:?*=]+)((?::[^{}:?=]+)*)(\??)\}$/.exec(text);
  if (!found)
    throw new Error(`Route "${template}": the local host does not understand segment "${text}".`);
  const [, stars = "", name = "", checks = "", mark = ""] = found;
  return {
    kind: "parameter",
    name,
    checks: checks
      .split(":")
      .filter((part) => part !== "")
      .map((part) => constraint(part, template)),
    optional: mark === "?",
    catchAll: stars !== "",
  };
}

/** Kestrel decodes all of a path but "%2F" (dotnet/aspnetcore#4718). */
function decode(text: string): string {
  return text.replace(/(?:%(?!2f)[0-9a-f]{2})+/gi, (run) => {
    try {
      return decodeURIComponent(run);
    } catch {
      return run;
    }
  });
}

/** The value a parameter takes from the path, "" when it may be absent and is; undefined when it does not fit. */
function take(part: Extract<Segment, { kind: "parameter" }>, rest: readonly string[]) {
  const value = part.catchAll ? rest.join("/") : rest[0];
  if (value === undefined || value === "") return part.optional || part.catchAll ? "" : undefined;
  return part.checks.every((check) => check(value)) ? value : undefined;
}

/** Parses a template without its leading slash ("api/rules/{id:int?}"). Throws when it cannot be played. */
export function parseRoute(template: string): Route {
  const parts = template
    .split("/")
    .filter((text, at, all) => text !== "" || at < all.length - 1)
    .map((text) => segment(text, template));
  return {
    match(path) {
      const given = path.replace(/^\//, "").replace(/\/$/, "").split("/").map(decode);
      const found: Record<string, string> = {};
      let at = 0;
      for (const part of parts) {
        if (part.kind === "literal") {
          if (given[at]?.toLowerCase() !== part.text) return undefined;
        } else {
          const value = take(part, given.slice(at));
          if (value === undefined) return undefined;
          if (value !== "") found[part.name] = value;
        }
        at = part.kind === "parameter" && part.catchAll ? given.length : at + 1;
      }
      return at >= given.length ? found : undefined;
    },
  };
}
