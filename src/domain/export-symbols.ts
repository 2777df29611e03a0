import { byName } from "./export-text.ts";

/** What a name that may not stand alone gets in front: "rule", "set". Also the whole of a Bicep symbol's first word. */
type Kind = "rule" | "set" | "vault" | "secret" | "grant";

/** Words with a meaning of their own in expressions of Terraform. */
const reserved = /^(?:true|false|null|for|in|if|else|endif|endfor|each|self|count)$/i;
const longest = 100;

const word = (name: string) => name.replaceAll(/[^a-zA-Z0-9]/g, "_").slice(0, longest);

/** Symbols of a Bicep file, by name: all kinds share one space with parameters and variables, which have no "_". */
export function bicepSymbols(kind: Kind, names: readonly string[]): ReadonlyMap<string, string> {
  return unique(names, (name) => `${kind}_${word(name)}`);
}

/** Labels of Terraform blocks of one type, by name. */
export function terraformLabels(kind: Kind, names: readonly string[]): ReadonlyMap<string, string> {
  return unique(names, (name) => {
    const label = word(name);
    return /^[a-z]/i.test(label) && !reserved.test(label) ? label : `${kind}_${label}`;
  });
}

/** Names are taken in order, so that the same names always give the same symbols; they differ in more than case. */
function unique(
  names: readonly string[],
  spell: (name: string) => string,
): ReadonlyMap<string, string> {
  const taken = new Set<string>();
  const found = new Map<string, string>();
  for (const name of [...new Set(names)].sort(byName)) {
    const base = spell(name);
    let symbol = base;
    for (let count = 2; taken.has(symbol.toLowerCase()); count += 1) symbol = `${base}_${count}`;
    taken.add(symbol.toLowerCase());
    found.set(name, symbol);
  }
  return found;
}
