import type { By } from "../domain/caller.ts";
import { LarderError } from "../domain/errors.ts";
import { whyDue } from "../domain/judge-live-token.ts";
import type { Operation } from "../domain/operation.ts";
import type { Ports, Stored } from "../domain/ports.ts";
import { type AskedRotation, type RotationRecord, runningRotation } from "../domain/rotation.ts";
import { operationOf } from "../domain/rotation-operation.ts";
import { plusSeconds, type Timestamp } from "../domain/time.ts";
import { servedName, unlessMoved } from "./find-rule.ts";
import { wake } from "./rotate-credential-set.ts";

type RequestPorts = Pick<Ports, "registries" | "rotations" | "rotationOutbox" | "ambient">;

/**
 * Begins a rotation now; while one is running, answers that one and has it go on at once where it waits. One that could not be
 * proved counts as running unless there is `force`, which begins the next beside it. Without `force` it
 * is a `conflict` (`RotationNotDue`) when the token has more left than its policy's `renewBefore`; `missing` when
 * Larder does not renew the set's token.
 */
export async function requestRotation(
  ports: RequestPorts,
  registry: string,
  name: string,
  wish: { readonly force: boolean; readonly reason?: string | undefined },
  by: By,
): Promise<{ readonly operation: Operation; readonly existed: boolean }> {
  const served = servedName(ports, registry);
  return unlessMoved(ports, undefined, async () => {
    const stored = await ports.rotations.get(served, name);
    if (!stored) throw notRenewed(served, name);
    const { value: record } = stored;
    const running = runningRotation(record)?.id ?? record.asked?.id ?? unproved(record, wish)?.id;
    const asked: AskedRotation | undefined =
      running === undefined ? askedBy(ports, record, wish, by) : forced(record.asked, wish);
    const hintedAt = sinceThen(ports.ambient.now(), record);
    const value = { ...record, asked, hintedAt, nextAt: hintedAt };
    await write(ports, { value, etag: stored.etag });
    await wake(ports, served, record.name);
    const operation = operationOf(value, running ?? asked?.id ?? "");
    if (!operation) throw new Error(`no operation for the rotation of ${served}/${name}`);
    return { operation, existed: running !== undefined };
  });
}

function unproved({ rotations }: RotationRecord, { force }: { readonly force: boolean }) {
  return force ? undefined : rotations.findLast(({ state }) => state === "unproved");
}

/** One that waits to be begun is forced by whoever asks for that, too. */
function forced(
  asked: AskedRotation | undefined,
  { force, reason }: { readonly force: boolean; readonly reason?: string | undefined },
): AskedRotation | undefined {
  if (!asked || asked.force || !force) return asked;
  return { ...asked, force, reason: reason ?? asked.reason };
}

/** Now, or after what the worker did last, whose clock may be ahead of this one: else it would count as seen. */
function sinceThen(now: Timestamp, record: RotationRecord): Timestamp {
  const { lookedAt = "" } = record;
  const { updatedAt = "" } = runningRotation(record) ?? unproved(record, { force: false }) ?? {};
  const last = lookedAt > updatedAt ? lookedAt : updatedAt;
  return last < now ? now : plusSeconds(last, 0.001);
}

async function write({ rotations }: RequestPorts, { value, etag }: Stored<RotationRecord>) {
  await rotations.write(value, etag);
}

function askedBy(
  ports: RequestPorts,
  record: RotationRecord,
  { force, reason }: { readonly force: boolean; readonly reason?: string | undefined },
  by: By,
): AskedRotation {
  const now = ports.ambient.now();
  const { live, policy, registry } = record;
  // What nobody has looked at yet may be due; assisted, a token may lie in the pending secret.
  const settled = policy.mode === "managed" && live?.expiresAt !== undefined;
  if (!force && settled && whyDue(record, live, now) === undefined)
    throw new LarderError("conflict", {
      code: "RotationNotDue",
      target: "force",
      message: `The token ends ${live.expiresAt}, and is renewed ${policy.renewBefore} before. Send {"force": true, "reason": "…"} to renew it all the same.`,
    });
  const id = `${registry.toLowerCase()}-${ports.ambient.newId()}`;
  return { id, at: now, trigger: "request", force, by: by.name, reason };
}

function notRenewed(registry: string, name: string): LarderError {
  return new LarderError("missing", {
    code: "RotationNotFound",
    target: "name",
    message: `Larder does not renew the token of a credential set "${name}" in ${registry}. Have it taken over first: PUT /api/registries/${registry}/credential-sets/${name} with a rotation policy.`,
  });
}
