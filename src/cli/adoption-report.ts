import type { AdoptionItem, AdoptionOutcome } from "../domain/adoption.ts";

const outcomes: Readonly<Record<AdoptionOutcome, string>> = {
  adopted: "taken over",
  wouldAdopt: "to take over",
  already: "Larder's",
  differs: "differs",
  notSettled: "not settled",
  refused: "refused",
  skipped: "skipped",
};
const kinds = { rule: "rule", credentialSet: "credential set" } as const;

/** A line for each, and below them what there is to say of those that are not simply taken over. */
export function adoptionReport(items: readonly AdoptionItem[]): string {
  const rows = items.map((item) => [
    outcomes[item.outcome],
    kinds[item.kind],
    item.name,
    mapping(item),
  ]);
  const widths = [0, 1, 2].map((at) => Math.max(0, ...rows.map((row) => row[at]?.length ?? 0)));
  const lines = rows.map((row) =>
    plain(row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join("  ")).trimEnd(),
  );
  const remarks = items
    .filter(({ kind, outcome }) => kind === "credentialSet" || !expected.has(outcome))
    .map(({ name, message }) => plain(`${name}: ${message}`));
  return [...lines, ...(remarks.length > 0 ? ["", ...remarks] : [])].join("\n");
}

const expected: ReadonlySet<AdoptionOutcome> = new Set(["adopted", "wouldAdopt", "already"]);

function mapping({ source, target, credentialSet }: AdoptionItem): string {
  if (source === undefined) return "";
  return `${source} -> ${target}${credentialSet === undefined ? "" : ` (${credentialSet})`}`;
}

/** "2 rules and 1 credential set". */
export function counted(items: readonly AdoptionItem[]): string {
  const parts = (["rule", "credentialSet"] as const).flatMap((kind) => {
    const { length } = items.filter((one) => one.kind === kind);
    return length > 0 ? `${length} ${kinds[kind]}${length === 1 ? "" : "s"}` : [];
  });
  return parts.join(" and ") || "nothing";
}

/** Names come from the registry: nothing in them may move a terminal's cursor or hide what is shown. */
const plain = (text: string) => text.replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, "?");
