const token = "[secret]";

/** What stands behind a telling name: quoted text, also within JSON within JSON, or else up to a separator. */
const value = String.raw`\\+"(?:(?!\\+").)*|"(?:\\.|[^"\\])*|'(?:\\.|[^'\\])*|(?:[^\s"',;&]|,(?=\S))+`;
const names =
  "(?:access|refresh|id)_token|client_secret|client_assertion|password|AccountKey|SharedAccessSignature|SharedAccessKey|sig";

const rules: readonly (readonly [RegExp, string])[] = [
  [/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/?#"'<>]*@/gi, `$1${token}@`],
  // Query strings carry SAS signatures, function keys and the signed polling links of ARM.
  [/(https?:\/\/[^\s?"'<>]+)\?[^\s"'<>]*/g, "$1"],
  [/\bBearer\s+[\w.~+/=-]+/gi, `Bearer ${token}`],
  [/\bBasic\s+[\w+/=]{8,}/gi, `Basic ${token}`],
  [/\beyJ[\w-]+\.[\w-]+(?:\.[\w-]*)?/g, token],
  [/\bdckr_(?:pat|oat)_[\w-]+/g, token],
  // Only as a parameter: "code: Forbidden" is what a person needs to read.
  [/([?&]code=)[^\s"'&]+/gi, `$1${token}`],
];
const named = new RegExp(String.raw`\b(${names})(\\*["']?\s*[=:]\s*)(${value})`, "gi");

/** A foreign message made fit for people and logs: one line, at most 600 characters, without what looks like a credential. */
export function redact(message: string): string {
  const line = message.replace(/\s+/g, " ").trim();
  const clean = rules
    .reduce((text, [pattern, kept]) => text.replace(pattern, kept), line)
    .replace(named, (_, name: string, between: string, held: string) => {
      const quote = /^\\*["']/.exec(held)?.[0] ?? "";
      return `${name}${between}${quote}${token}`;
    });
  return clean.length <= 600 ? clean : `${clean.slice(0, 599)}…`;
}
