import type { CacheRule } from "../domain/cache-rule.ts";
import { isReason, LarderError } from "../domain/errors.ts";
import type { Ports, Stored } from "../domain/ports.ts";
import { begin, entry } from "../domain/rule-lifecycle.ts";
import { checkMatch, findRule } from "./find-rule.ts";
import { notifyWorker, saveRule } from "./save-rule.ts";

type DeletePorts = Pick<Ports, "registries" | "rules" | "cacheRules" | "ambient" | "outbox">;

/**
 * Starts the deletion of a rule, and of its cached repositories when asked. Undefined: there is
 * no such rule (any more). A repeat joins the deletion under way. `stale` against If-Match,
 * `invalid` for images of a rule over the whole registry.
 */
export async function deleteRule(
  ports: DeletePorts,
  registry: string,
  name: string,
  images: "keep" | "delete",
  ifMatch: string | undefined,
  by: string,
): Promise<Stored<CacheRule> | undefined> {
  const found = await findRule(ports, registry, name).catch((error: unknown) => {
    if (isReason(error, "missing") && error.problem.code === "RuleNotFound") return undefined;
    throw error;
  });
  if (!found) return undefined;
  const { rule, etag } = found;
  checkMatch(ifMatch, etag);
  if (images === "delete" && rule.target === "*") throw tooBroad(name);
  if (rule.status === "deleting" && etag !== undefined && rule.images === images) {
    await notifyWorker(ports, rule);
    return { value: rule, etag };
  }
  const now = ports.ambient.now();
  const begun = begin(
    { ...rule, images },
    { kind: "deleteRule", status: "deleting", id: ports.ambient.newId(), now },
  );
  const what =
    images === "delete"
      ? "the rule and its cached repositories"
      : "the rule; its cached repositories stay";
  const stored = await saveRule(
    ports,
    { etag },
    { ...begun, history: entry(rule, "deleteRequested", by, now, `Asked to delete ${what}.`) },
  );
  await notifyWorker(ports, stored.value);
  return stored;
}

/** Everything in the registry lies under "*", also what was pushed there after the rule has gone. */
function tooBroad(name: string): LarderError {
  return new LarderError("invalid", {
    code: "TargetTooBroad",
    target: "images",
    message: `Rule "${name}" covers the whole registry, so images=delete would empty it. Use images=keep and delete the repositories by name.`,
  });
}
