import { randomBytes } from "node:crypto";
import type { TableClient, TableEntity, TransactionAction } from "@azure/data-tables";
import { LarderError } from "../domain/errors.ts";
import type { RuleChange } from "../domain/ports.ts";
import { guardDelete } from "./guarded-delete.ts";
import { movedMeanwhile } from "./moved-meanwhile.ts";
import { encodeHistory, encodeOperation } from "./operation-row.ts";
import { schema } from "./row.ts";
import { historyKey, operationKey, ruleKey, rulesTable, versionKey } from "./rule-keys.ts";
import { encodeRule } from "./rule-row.ts";
import type { Storage } from "./storage.ts";
import { openTable, type Table } from "./table.ts";

/**
 * One entity-group transaction; see RuleStore.commit. When the answer to a first try is lost, the
 * second finds the rows already moved and the change counts as `stale` though it was made: whoever
 * reads again then finds it recorded.
 */
export async function commitChange(
  storage: Storage,
  table: Table,
  change: RuleChange,
): Promise<string> {
  const actions = actionsOf(change);
  if (actions.length === 0) return "";
  const { remove } = change;
  const guarded = remove
    ? openTable(storage, rulesTable, (client) => guardDelete(client, remove.etag))
    : table;
  const what = `record a change of the rules of ${change.registry}`;
  const etags = await guarded.ask(what, (client, abortSignal) =>
    submit(client, actions, change, abortSignal),
  );
  return change.put ? (etags[0] ?? "") : "";
}

async function submit(
  client: TableClient,
  actions: TransactionAction[],
  { registry, put, remove }: RuleChange,
  abortSignal: AbortSignal,
): Promise<readonly (string | undefined)[]> {
  try {
    const { subResponses } = await client.submitTransaction(actions, { abortSignal });
    return subResponses.map(({ etag }) => etag);
  } catch (error) {
    if (!movedMeanwhile(error)) throw error;
    throw new LarderError("stale", {
      code: "RuleChanged",
      message:
        "The rule, or another one of the registry, changed meanwhile. Read again and decide anew.",
      target: put?.rule.name ?? remove?.name ?? registry,
    });
  }
}

/** The rule first, because its new ETag is read from the first answer. */
function actionsOf(change: RuleChange): TransactionAction[] {
  const { registry, version, put, remove, operation, superseded, history } = change;
  const actions: TransactionAction[] = [];
  const write = (row: TableEntity<Record<string, unknown>>, etag: string | undefined) =>
    actions.push(etag === undefined ? ["create", row] : ["update", row, "Replace", { etag }]);
  if (put) write({ ...ruleKey(registry, put.rule.name), ...encodeRule(put.rule) }, put.etag);
  if (version !== undefined) write({ ...versionKey(registry), schema }, version || undefined);
  if (remove) actions.push(["delete", { ...ruleKey(registry, remove.name) }]);
  for (const one of [operation, superseded]) {
    if (!one) continue;
    const key = requireOperationKey(one.id);
    actions.push(["upsert", { ...key, ...encodeOperation(one) }, "Replace"]);
  }
  if (history) {
    const key = historyKey(history, randomBytes(6).toString("hex"));
    actions.push(["create", { ...key, ...encodeHistory(history) }]);
  }
  return actions;
}

function requireOperationKey(id: string) {
  const key = operationKey(id);
  if (key) return key;
  throw new LarderError("invalid", {
    code: "OperationIdInvalid",
    message: `"${id}" cannot be the id of an operation.`,
  });
}
