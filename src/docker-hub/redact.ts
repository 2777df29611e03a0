const rules = [
  /\bdckr_[a-z]+_[\w-]+/gi,
  /\beyJ[\w-]+(?:\.[\w-]*)*/g,
  /\b(?:Bearer|Basic)\s+[\w.~+/=-]+/gi,
];

/** Foreign words made fit for people and logs: one line, at most 300 characters, without what looks like a token or a session. */
export function redact(words: string): string {
  const line = words.replace(/[\s\p{Cc}]+/gu, " ").trim();
  const clean = rules.reduce((text, pattern) => text.replace(pattern, "[secret]"), line);
  return clean.length <= 300 ? clean : `${clean.slice(0, 299)}…`;
}
