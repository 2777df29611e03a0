import type { ExportedCache } from "./export-cache.ts";
import { noted } from "./export-text.ts";

const count = (number: number, noun: string) => `${number} ${noun}${number === 1 ? "" : "s"}`;

/** The first lines of an export, in whatever language. */
export function aboutExport({ registry, sets, rules }: ExportedCache): readonly string[] {
  const held = `${count(sets.length, "credential set")}, ${count(rules.length, "cache rule")}`;
  return [
    `The artifact cache of registry ${noted(registry)} as ARM has it, written by Larder: ${held}.`,
    "Comments hold what Azure has no property for: owners, reasons, refresh and renewal policies.",
    "Secrets are named here and stay in their vaults. What only previews of ARM's API show (the identity",
    "of a rule on another registry, filters for sync) is not here.",
  ];
}
