const rules: readonly (readonly [RegExp, string])[] = [
  // Query strings carry SAS signatures, function keys and the signed polling links of ARM.
  [/(https?:\/\/[^\s?"'<>]+)\?[^\s"'<>]*/g, "$1"],
  [/\bBearer\s+[\w.~+/=-]+/gi, "Bearer [secret]"],
  [/\bBasic\s+[\w+/=]{8,}/gi, "Basic [secret]"],
  [/\beyJ[\w-]+\.[\w-]+(?:\.[\w-]*)?/g, "[secret]"],
  [/\bdckr_(?:pat|oat)_[\w-]+/g, "[secret]"],
  [
    /\b((?:access|refresh|id)_token|client_secret|client_assertion|password|AccountKey|SharedAccessSignature|SharedAccessKey|sig|code)("?\s*[=:]\s*"?)[^\s"',;&]+/gi,
    "$1$2[secret]",
  ],
];

/** A foreign message made fit for people and logs: one line, at most 600 characters, without what looks like a credential. */
export function redact(message: string): string {
  const line = message.replace(/\s+/g, " ").trim();
  const clean = rules.reduce((text, [pattern, kept]) => text.replace(pattern, kept), line);
  return clean.length <= 600 ? clean : `${clean.slice(0, 599)}…`;
}
