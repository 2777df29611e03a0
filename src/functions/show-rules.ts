import type { CacheRule, RuleStatus } from "../domain/cache-rule.ts";
import { isReason } from "../domain/errors.ts";
import type { Ports, Stored } from "../domain/ports.ts";
import type { Result } from "../http/endpoint.ts";
import { operationHeaders } from "../http/operation-body.ts";
import { type ShownRule, showRule } from "../http/rule-body.ts";

/** The login server for pull commands; undefined while it cannot be found out. */
export async function knownLoginServer(
  ports: Pick<Ports, "registries">,
  registry: string,
): Promise<string | undefined> {
  return ports.registries.loginServer(registry).catch((error: unknown) => {
    if (isReason(error, "unavailable") || isReason(error, "lacksRight")) return undefined;
    throw error;
  });
}

/** An answer that is one rule, with its ETag. */
export async function ruleResult(
  ports: Pick<Ports, "registries">,
  status: number,
  view: ShownRule,
): Promise<Result> {
  const loginServer = await knownLoginServer(ports, view.rule.registry);
  return {
    status,
    body: showRule(view, loginServer),
    headers: view.etag ? { ETag: view.etag } : {},
  };
}

/** Statuses that last as long as an operation does. Later the operation is forgotten; a link to it would lead nowhere. */
const underWay: ReadonlySet<RuleStatus> = new Set(["awaitingApproval", "requested", "deleting"]);

/** As `ruleResult`, with the way to the operation while one is under way. */
export async function operationResult(
  ports: Pick<Ports, "registries">,
  status: number,
  stored: Stored<CacheRule>,
  base: string,
): Promise<Result> {
  const { value: rule, etag } = stored;
  const result = await ruleResult(ports, status, { rule, etag });
  if (!underWay.has(rule.status)) return result;
  const headers = { ...result.headers, ...operationHeaders(base, rule.operationId) };
  return { ...result, headers };
}
