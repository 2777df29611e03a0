import { type ExportedCache, grantKey, secretKey } from "./export-cache.ts";
import { bicepSymbols } from "./export-symbols.ts";

/** What the resources of a Bicep file are called. */
export interface Symbols {
  readonly sets: ReadonlyMap<string, string>;
  readonly rules: ReadonlyMap<string, string>;
  readonly vaults: ReadonlyMap<string, string>;
  readonly secrets: ReadonlyMap<string, string>;
  readonly grants: ReadonlyMap<string, string>;
}

export function symbolsOf({ sets, rules }: ExportedCache): Symbols {
  const names = (all: readonly { readonly name: string }[]) => all.map(({ name }) => name);
  const grants = sets.flatMap((set) => set.grants);
  const keys = sets.flatMap((set) => set.grants.map((grant) => grantKey(set, grant)));
  const vaults = grants.map(({ vault }) => vault);
  return {
    sets: bicepSymbols("set", names(sets)),
    rules: bicepSymbols("rule", names(rules)),
    vaults: bicepSymbols("vault", vaults),
    secrets: bicepSymbols("secret", grants.map(secretKey)),
    grants: bicepSymbols("grant", keys),
  };
}

/** A resource; `grant`: only when role assignments are asked for. */
export function resource(
  symbol: string | undefined,
  type: string,
  body: readonly string[],
  kind: "whole" | "existing" | "grant" = "whole",
): readonly string[] {
  const condition = kind === "grant" ? "if (assignRoles) " : "";
  const existing = kind === "existing" ? "existing " : "";
  return [`resource ${symbol} '${type}' ${existing}= ${condition}{`, ...body, "}"];
}
