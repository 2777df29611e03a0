import fc from "fast-check";
import { expect, it } from "vitest";
import { parseSecretEvent } from "../../src/domain/parse-secret-event.ts";

const keys =
  "id|eventType|type|subject|data|__proto__|constructor|toString|Id|VaultName|ObjectType|ObjectName|ObjectName | objectname|Version".split(
    "|",
  );
const words =
  "Microsoft.KeyVault.SecretExpired|microsoft.keyvault.keynearexpiry|Secret|secret |contoso|token|https://contoso.vault.azure.net/secrets/token/a1|../..|".split(
    "|",
  );
/** Stands for whatever must not be said again; no name of anything can hold it. */
const marker = "dckr_pat_marker";

/** Nearly events: the right keys and words in any arrangement, and anything at all among them. */
const { value: nearly } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<unknown>(...words, marker, `${words[0]}${marker}`, 0, 7.5, true, null),
    fc.anything(),
    fc.array(fc.tuple(fc.constantFrom(...keys), tie("value")), { maxLength: 8 }).map(ownFields),
    fc.array(tie("value"), { maxLength: 2 }),
  ),
}));

/** As JSON.parse makes it: "__proto__" is a field like any other. */
function ownFields(fields: readonly (readonly [string, unknown])[]): object {
  const made = {};
  for (const [name, value] of fields)
    Object.defineProperty(made, name, { value, enumerable: true, configurable: true });
  return made;
}

const name = /^[a-z0-9-]{1,127}$/;

/** "event" or "reason", or what is wrong with the answer. */
function kindOf(event: unknown): string {
  const read = parseSecretEvent(event);
  if ("ignored" in read) {
    const sentence = /^(It|Secret\w+) [\w ,.:]+\.$/.test(read.ignored);
    return sentence && !read.ignored.includes("marker") ? "reason" : read.ignored;
  }
  const good = name.test(read.vault) && name.test(read.secret);
  return good && /^[a-z0-9]{1,64}$/i.test(read.version ?? "1") ? "event" : JSON.stringify(read);
}

it("whatever comes, the answer is an event with plain names, or a reason that repeats nothing", () => {
  const kinds = new Set<string>();
  const often = (good: string) => fc.oneof({ weight: 3, arbitrary: fc.constant(good) }, nearly);
  const data = fc.record({
    Id: nearly,
    VaultName: often("contoso"),
    ObjectType: often("Secret"),
    ObjectName: often("token"),
    Version: nearly,
  });
  const events = fc.record({ type: often("Microsoft.KeyVault.SecretExpired"), data });

  fc.assert(
    fc.property(fc.oneof(nearly, events), (event) => {
      const kind = kindOf(event);
      kinds.add(kind);
      return kind === "event" || kind === "reason";
    }),
    { numRuns: 3000 },
  );

  expect([...kinds].sort()).toEqual(["event", "reason"]);
});

const type = fc.constantFrom("SecretNearExpiry", "SecretExpired", "SecretNewVersionCreated");
const blanks = fc.stringMatching(/^[ \t]{0,2}$/);
/** A text in mixed case, with blanks around it. */
const dressed = (plain: string) =>
  fc
    .tuple(
      blanks,
      fc.array(fc.boolean(), { minLength: plain.length, maxLength: plain.length }),
      blanks,
    )
    .map(([before, upper, after]) => {
      const mixed = plain
        .split("")
        .map((one, at) => (upper[at] ? one.toUpperCase() : one.toLowerCase()));
      return `${before}${mixed.join("")}${after}`;
    });

it("however keys and words are dressed, it is the same event", () => {
  const spelled = fc.record({
    type,
    vault: fc.stringMatching(/^[a-z][a-z0-9-]{2,23}$/),
    secret: fc.stringMatching(/^[a-z0-9-]{1,40}$/),
    version: fc.stringMatching(/^[a-f0-9]{32}$/),
  });
  const dresses = fc.record({
    VaultName: dressed("VaultName"),
    ObjectName: dressed("ObjectName"),
    ObjectType: dressed("ObjectType"),
    Version: dressed("Version"),
    secret: dressed("secret"),
    eventType: fc.oneof(dressed("eventType"), dressed("type")),
  });

  fc.assert(
    fc.property(spelled, dresses, blanks, (wanted, dress, blank) => {
      const event = {
        [dress.eventType]: `${blank}Microsoft.KeyVault.${wanted.type}${blank}`,
        data: {
          [dress.VaultName]: wanted.vault.toUpperCase() + blank,
          [dress.ObjectName]: blank + wanted.secret,
          [dress.ObjectType]: dress.secret,
          [dress.Version]: blank + wanted.version,
        },
      };

      expect(parseSecretEvent(event)).toEqual(wanted);
    }),
  );
});
