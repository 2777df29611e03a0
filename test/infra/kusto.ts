import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createContext, runInContext } from "node:vm";

/*
 * Kusto's own parser and analyser, which the portal's editor uses too. It comes as scripts that
 * make globals, and its types name the whole of .NET; so: a context of its own, and here what is used.
 */

interface List<T> {
  readonly Count: number;
  getItem(index: number): T;
}
interface Column {
  readonly Name: string;
  readonly Type: { readonly Name: string };
}
interface Code {
  readonly ResultType: { readonly Columns?: List<Column> } | null;
  GetDiagnostics(): List<{ readonly Severity: string; readonly Message: string }>;
}
interface GlobalState {
  WithDatabase(database: object): GlobalState;
}
interface Language {
  readonly KustoCode: { ParseAndAnalyze(text: string, globals: GlobalState): Code };
  readonly GlobalState: { readonly Default: GlobalState };
  readonly Symbols: {
    readonly ScalarTypes: Readonly<Record<ScalarType, object>>;
    readonly ColumnSymbol: new (name: string, type: object, ...rest: null[]) => object;
    /** Overloads have names of their own here: (name, columns). */
    readonly TableSymbol: { readonly $ctor4: new (name: string, columns: object[]) => object };
    /** (name, members). */
    readonly DatabaseSymbol: { readonly $ctor1: new (name: string, members: object[]) => object };
  };
}

type ScalarType = "String" | "DateTime" | "Int" | "Real" | "Bool" | "Dynamic";

/** Of the tables of workspace-based Application Insights, the columns used (Azure Monitor Logs table reference). */
const tables: Readonly<Record<string, Readonly<Record<string, ScalarType>>>> = {
  AppTraces: {
    TimeGenerated: "DateTime",
    Message: "String",
    SeverityLevel: "Int",
    OperationName: "String",
    OperationId: "String",
    Properties: "Dynamic",
  },
  AppRequests: {
    TimeGenerated: "DateTime",
    Name: "String",
    ResultCode: "String",
    Success: "Bool",
    DurationMs: "Real",
    OperationName: "String",
    OperationId: "String",
  },
  AppExceptions: {
    TimeGenerated: "DateTime",
    ExceptionType: "String",
    OuterMessage: "String",
    OperationName: "String",
    OperationId: "String",
  },
};

const language = load();
const globals = withTables(language);

interface Analysis {
  /** Errors and warnings: "Error: …". */
  readonly faults: readonly string[];
  /** Types of the result's columns by name, e.g. "string". */
  readonly columns: ReadonlyMap<string, string>;
}

export function analyse(query: string): Analysis {
  const code = language.KustoCode.ParseAndAnalyze(query, globals);
  return {
    faults: itemsOf(code.GetDiagnostics()).map(
      ({ Severity, Message }) => `${Severity}: ${Message}`,
    ),
    columns: new Map(itemsOf(code.ResultType?.Columns).map(({ Name, Type }) => [Name, Type.Name])),
  };
}

function load(): Language {
  const require = createRequire(import.meta.url);
  const context = createContext({});
  const scripts = [
    require.resolve("@kusto/language-service-next/bridge.min.js"),
    require.resolve("@kusto/language-service-next/Kusto.Language.Bridge.min.js"),
  ];
  for (const script of scripts) runInContext(readFileSync(script, "utf8"), context);
  return (context as { Kusto: { Language: Language } }).Kusto.Language;
}

function withTables({ GlobalState, Symbols }: Language): GlobalState {
  const { ScalarTypes, ColumnSymbol, TableSymbol, DatabaseSymbol } = Symbols;
  const made = Object.entries(tables).map(([name, columns]) => {
    const symbols = Object.entries(columns).map(
      ([column, type]) => new ColumnSymbol(column, ScalarTypes[type], null, null, null, null),
    );
    return new TableSymbol.$ctor4(name, symbols);
  });
  return GlobalState.Default.WithDatabase(new DatabaseSymbol.$ctor1("workspace", made));
}

function itemsOf<T>(list: List<T> | undefined): readonly T[] {
  return list ? Array.from({ length: list.Count }, (_, at) => list.getItem(at)) : [];
}
