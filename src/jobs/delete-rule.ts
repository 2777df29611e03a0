import { type CacheRule, type LiveRule, sameMapping } from "../domain/cache-rule.ts";
import type { By } from "../domain/caller.ts";
import { isReason, LarderError } from "../domain/errors.ts";
import type { Ports, Stored } from "../domain/ports.ts";
import { beginDeletion, entry } from "../domain/rule-lifecycle.ts";
import { checkMatch, findRule, unlessMoved } from "./find-rule.ts";
import { notifyWorker, saveRule } from "./save-rule.ts";

type DeletePorts = Pick<
  Ports,
  "registries" | "rules" | "operations" | "cacheRules" | "ambient" | "outbox"
>;

/**
 * Starts the deletion of a rule, and of its cached repositories when asked. Undefined: there is
 * no such rule (any more). A repeat joins the deletion under way. `stale` against If-Match,
 * `invalid` or `conflict` when the images are not the rule's to delete.
 */
export async function deleteRule(
  ports: DeletePorts,
  registry: string,
  name: string,
  images: "keep" | "delete",
  ifMatch: string | undefined,
  by: By,
): Promise<Stored<CacheRule> | undefined> {
  return unlessMoved(ports, ifMatch, async () => {
    const found = await findRule(ports, registry, name).catch(undefinedIfNoRule);
    if (!found) return undefined;
    const { rule, etag, live } = found;
    checkMatch(ifMatch, etag);
    if (rule.status === "deleting" && etag !== undefined && rule.images === images) {
      await notifyWorker(ports, rule);
      return { value: rule, etag };
    }
    if (images === "delete") refuseUnlessOwnImages(rule, live);
    const now = ports.ambient.now();
    const before = await ports.operations.get(rule.operationId);
    const begun = beginDeletion(rule, before, { images, id: ports.ambient.newId(), now });
    const what = images === "delete" ? "and its cached repositories" : "; its repositories stay";
    const history = entry(
      rule,
      "deleteRequested",
      by.name,
      now,
      `Asked to delete the rule ${what}.`,
    );
    const stored = await saveRule(ports, { etag }, { ...begun, history });
    await notifyWorker(ports, stored.value);
    return stored;
  });
}

function undefinedIfNoRule(error: unknown): undefined {
  if (isReason(error, "missing") && error.problem.code === "RuleNotFound") return undefined;
  throw error;
}

/**
 * What lies in the target was cached by the rule only if ARM has the rule as recorded. Otherwise it may
 * have been pushed, or be what stood in the rule's way; unless an earlier deletion got as far as the images.
 */
function refuseUnlessOwnImages(rule: CacheRule, live: LiveRule | undefined): void {
  if (rule.target === "*") {
    throw new LarderError("invalid", {
      code: "TargetTooBroad",
      target: "images",
      message: `Rule "${rule.name}" covers the whole registry, so images=delete would empty it. Use images=keep and delete the repositories by name.`,
    });
  }
  const goesOn = rule.images === "delete" && /^(failed|deleting)$/.test(rule.status);
  if (goesOn || (live && sameMapping(rule, live))) return;
  throw new LarderError("conflict", {
    code: "ImagesNotOfRule",
    target: "images",
    message: `ARM does not have rule "${rule.name}" as recorded, so what lies in "${rule.target}" may not be its cache. Use images=keep and delete repositories by name.`,
  });
}
