import fc from "fast-check";
import type { CredentialSet } from "../../src/domain/credential-set.ts";
import type { FoundCache } from "../../src/domain/export-cache.ts";
import { found, foundSet, hubSet } from "../domain/export-facts.ts";
import { live, record } from "../domain/facts.ts";

/* Caches with names and texts that try to break out of strings, comments and symbols. */

const nasty = [
  "'",
  '"',
  "\\",
  "\\'",
  '\\"',
  "${registry.id}",
  "$${x}",
  "%{ for a in b }",
  "%%{x}",
  "${",
  "$",
  "*/",
  "/* ",
  "// x",
  "'''",
  "<<EOT\nx\nEOT",
  "a\nresource evil 'x@1' = {}",
  'a\r\nresource "x" "evil" {}',
  "a\rb",
  "a\u2028b\u2029c\u0085d\u000bd",
  "\u0000\u001b[31m",
  "\u202Egnp.exe",
  "#disable-next-line x",
  "\u{1F600}\u{E0001}",
  "null",
  "true",
  "for",
  "1-st",
];

const word = fc.stringMatching(/^[a-zA-Z0-9-]{5,50}$/);
const text = fc.oneof(
  fc.constantFrom(...nasty),
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.tuple(fc.constantFrom(...nasty), fc.constantFrom(...nasty)).map(([a, b]) => a + b),
);
const name = fc.oneof(word, text);
const names = (maxLength: number) =>
  fc.uniqueArray(name, { selector: (one) => one.toLowerCase(), maxLength });

const secretId = fc.oneof(
  fc.constantFrom(
    "https://kv-larder.vault.azure.net/secrets/user",
    "https://kv-larder.vault.azure.net/secrets/token",
    "https://Kv2.vault.azure.cn/secrets/a-b/0123abcd",
    "https://1kv.vault.azure.net/secrets/1",
  ),
  text,
);

const sets: fc.Arbitrary<readonly CredentialSet[]> = names(3).chain((all) =>
  fc.tuple(
    ...all.map((one) =>
      fc
        .record({ loginServer: text, usernameSecretId: secretId, passwordSecretId: secretId })
        .map((rest) => hubSet(one, rest)),
    ),
  ),
);

const details = fc.record({
  source: text,
  target: text,
  owner: fc.option(text, { nil: undefined }),
  reason: fc.option(text, { nil: undefined }),
  tag: text,
  requestedBy: text,
  /** Picks one of the sets; beyond them: a name that is no set's. */
  set: fc.option(fc.nat(4), { nil: undefined }),
});

/** Every rule is in ARM as recorded. */
export const hostileCaches: fc.Arbitrary<FoundCache> = fc
  .tuple(names(5), sets)
  .chain(([all, held]) =>
    fc.tuple(
      fc.constant(held),
      fc.tuple(...all.map((one) => details.map((rest) => ({ ...rest, name: one })))),
    ),
  )
  .map(([held, all]) =>
    found({
      sets: held.map((set) => foundSet(set)),
      rules: all.map(({ set, tag, ...rest }) => {
        const credentialSet = set === undefined ? undefined : (held[set]?.name ?? "not-there");
        const rule = record({ ...rest, credentialSet, refresh: { tags: [tag] } });
        const { source, target } = rest;
        return { rule, live: live({ name: rest.name, source, target, credentialSet }) };
      }),
    }),
  );

const inOrder = (a: string, b: string) => (a < b ? -1 : Number(a > b));

/** The texts in the comments of an export, read back: what stands behind "Owner: " and its like. Sorted. */
export function notesIn(comments: readonly string[], about: string): readonly string[] {
  const start = new RegExp(`^(?://|#) ${about}: (.*)$`, "s");
  return comments
    .flatMap((comment) => {
      const [, value] = start.exec(comment) ?? [];
      return value === undefined ? [] : [String(JSON.parse(value))];
    })
    .toSorted(inOrder);
}

/** The same as the rules have them. */
export function notesOf({ rules }: FoundCache, about: "owner" | "reason"): readonly string[] {
  return rules.flatMap(({ rule }) => rule[about] ?? []).toSorted(inOrder);
}
