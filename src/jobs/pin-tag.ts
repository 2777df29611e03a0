import type { By } from "../domain/caller.ts";
import { LarderError, type Problem } from "../domain/errors.ts";
import { servingRule } from "../domain/mapping.ts";
import type { HistoryEvent } from "../domain/operation.ts";
import type { Ports, Stored } from "../domain/ports.ts";
import { recount } from "../domain/recount.ts";
import type { Pin, RepositoryState, TagRecord } from "../domain/tag.ts";
import type { Timestamp } from "../domain/time.ts";
import { isPinned } from "../domain/view-tag.ts";
import { servedName, unlessMoved } from "./find-rule.ts";
import { orProblem } from "./or-problem.ts";

type PinPorts = Pick<
  Ports,
  "registries" | "rules" | "tags" | "history" | "refreshOutbox" | "ambient"
>;

interface Tag {
  readonly repository: string;
  readonly tag: string;
}

/**
 * Keeps a tag as it is, whatever upstream does, until `until` or until it is unpinned; a pin before
 * takes its place. The tag need not be cached yet. `invalid` when the end has passed or no rule
 * serves the repository, `missing` when the registry is not served.
 */
export async function pinTag(
  ports: PinPorts,
  registry: string,
  wanted: Tag & { readonly reason: string; readonly until?: Timestamp | undefined },
  by: By,
): Promise<Pin> {
  const served = servedName(ports, registry);
  const { tag, reason, until } = wanted;
  const now = ports.ambient.now();
  if (until !== undefined && until <= now)
    throw invalid("ExpiresInThePast", "until", `until ${until} has passed; it is ${now}.`);
  const held = await stateOf(ports, served, wanted);
  const pin: Pin = { tag, reason, by: by.name, since: now, until };
  const end = until === undefined ? "" : ` until ${until}`;
  const message = `${wanted.repository}:${tag} stays as it is${end}: ${reason}`;
  await tell(ports, held.value, "pinned", by, message);
  await unlessMoved(ports, undefined, async () => {
    const { value, etag } = await stateOf(ports, served, wanted);
    const record = await recordOf(ports, served, wanted);
    // On the ladder, or waited for, it is left to its worker, which finds the pin.
    const words = `Pinned by ${by.name}${end}: ${reason}`;
    const put =
      record && !record.step && record.refreshes.length === 0
        ? [{ ...record, status: "pinned" as const, reason: words, dueAt: until }]
        : [];
    const counts = recount(value.counts, record && put.length > 0 ? [record] : [], put);
    await ports.tags.write({ state: { ...value, counts }, etag, pin, put });
  });
  return pin;
}

/** Lets a pinned tag move again. Answers false when it was not pinned (any more). `missing` when the registry is not served. */
export async function unpinTag(
  ports: PinPorts,
  registry: string,
  { repository, tag }: Tag,
  by: By,
): Promise<boolean> {
  const served = servedName(ports, registry);
  const pin = (await ports.tags.pins(served, repository)).find((one) => one.tag === tag);
  const held = pin && (await ports.tags.state(served, repository));
  if (!held) return false;
  const wasPinned = isPinned(pin, ports.ambient.now());
  const message = `${repository}:${tag} may move again. It was pinned by ${pin.by}: ${pin.reason}`;
  if (wasPinned) await tell(ports, held.value, "unpinned", by, message);
  await unlessMoved(ports, undefined, async () => {
    const found = await ports.tags.state(served, repository);
    if (!found) return;
    const now = ports.ambient.now();
    const record = await recordOf(ports, served, { repository, tag });
    const put = record?.status === "pinned" ? [{ ...record, dueAt: now }] : [];
    const state = put.length > 0 ? { ...found.value, followUpAt: now } : found.value;
    await ports.tags.write({ state, etag: found.etag, unpin: tag, put });
  });
  // Looked at right away; should the message get lost, by the next sweep.
  const look = { kind: "refresh-repository" as const, registry: served, repository };
  await orProblem(ports.refreshOutbox.send(look, 0));
  return wasPinned;
}

async function recordOf(
  ports: Pick<Ports, "tags">,
  registry: string,
  { repository, tag }: Tag,
): Promise<TagRecord | undefined> {
  const before = tag.length > 1 ? tag.slice(0, -1) : undefined;
  const found = await ports.tags.range(registry, repository, before, tag);
  return found.find((one) => one.tag === tag);
}

/** The state to write a pin with; a new one where nothing was ever checked, if a rule serves the repository. */
async function stateOf(
  ports: PinPorts,
  registry: string,
  { repository }: Tag,
): Promise<Omit<Stored<RepositoryState>, "etag"> & { readonly etag: string | undefined }> {
  const found = await ports.tags.state(registry, repository);
  if (found) return found;
  const { rules } = await ports.rules.read(registry);
  const records = rules.map(({ value }) => value);
  const rule = servingRule(records, repository);
  if (!rule)
    throw invalid(
      "RepositoryNotServed",
      "repository",
      `No rule of Larder's serves "${repository}", so nothing would move its tags. Check its name.`,
    );
  const value = { registry, repository, rule: rule.name, counts: {}, policy: "" };
  return { value, etag: undefined };
}

/** Before the pin is written, so that nothing is done that nobody asked for. */
async function tell(
  ports: PinPorts,
  { registry, rule }: RepositoryState,
  event: HistoryEvent,
  by: By,
  message: string,
): Promise<void> {
  const at = ports.ambient.now();
  await ports.history.append(registry, [
    { at, registry, resource: rule, event, by: by.name, message },
  ]);
}

function invalid(code: string, target: string, message: Problem["message"]): LarderError {
  return new LarderError("invalid", { code, target, message });
}
