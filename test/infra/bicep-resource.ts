import type { Node } from "web-tree-sitter";
import { lineOf, parts } from "./bicep-parse.ts";
import { type Fields, isCode, isFields, textOf, valueOf } from "./bicep-value.ts";

export interface Resource {
  readonly symbol: string;
  readonly line: number;
  /** Whole, those of the resources around it included: "Microsoft.Storage/storageAccounts/blobServices". */
  readonly type: string;
  readonly apiVersion: string;
  readonly existing: boolean;
  /** Symbol of the parent, whether named or around it. */
  readonly parent: string | undefined;
  readonly condition: string | undefined;
  /** What a loop goes over, as it is written: "tableNames". */
  readonly over: string | undefined;
  readonly body: Fields;
}

/** A resource, then those nested in it. */
export function resourcesIn(node: Node, around?: Resource): readonly Resource[] {
  const [symbol, typed, form] = parts(node);
  const [type = "", version] = typed ? textOf(typed).split("@") : [];
  const { object, body, condition, over } = bodyOf(form);
  const parent = body.get("parent");
  const resource: Resource = {
    symbol: symbol?.text ?? "",
    line: lineOf(node),
    type: around ? `${around.type}/${type}` : type,
    apiVersion: version ?? around?.apiVersion ?? "",
    existing: node.children.some(({ type }) => type === "existing"),
    parent: around?.symbol ?? (isCode(parent) ? parent.code : undefined),
    condition,
    over,
    body,
  };
  const nested = object ? parts(object).flatMap(parts) : [];
  return [
    resource,
    ...nested
      .filter(({ type }) => type === "resource_declaration")
      .flatMap((one) => resourcesIn(one, resource)),
  ];
}

interface Body {
  readonly object: Node | undefined;
  readonly body: Fields;
  readonly condition: string | undefined;
  readonly over: string | undefined;
}

/** Looks through `[for x in y: if (z) {…}]`. */
export function bodyOf(form: Node | undefined): Body {
  const none = { object: undefined, body: new Map(), condition: undefined, over: undefined };
  if (!form) return none;
  const last = parts(form).at(-1);
  if (form.type === "for_statement") return { ...bodyOf(last), over: parts(form)[1]?.text };
  if (form.type === "if_statement")
    return { ...bodyOf(last), condition: parts(form)[0]?.text.slice(1, -1) };
  const body = valueOf(form);
  return { ...none, object: form, body: isFields(body) ? body : none.body };
}
