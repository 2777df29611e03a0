import type { By } from "../domain/caller.ts";
import { type CredentialSet, setByName } from "../domain/credential-set.ts";
import type { CredentialSetRequest, CredentialSetView } from "../domain/credential-set-view.ts";
import { isReason, LarderError, problemsError } from "../domain/errors.ts";
import { judgeRotationPolicy } from "../domain/judge-rotation-policy.ts";
import { nextAtOf } from "../domain/plan-rotation.ts";
import type { Ports, Stored } from "../domain/ports.ts";
import { type RotationRecord, runningRotation } from "../domain/rotation.ts";
import { adopted, newRecord, secretsOf } from "./adopted-record.ts";
import { checkAdoption } from "./check-adoption.ts";
import { withExactCommands } from "./exact-commands.ts";
import { checkMatch, conditionNotMet, servedName, unlessMoved } from "./find-rule.ts";
import { orProblem } from "./or-problem.ts";
import { credentialSetView } from "./read-credential-set.ts";
import { notRetired, releaseCredentialSet } from "./release-credential-set.ts";
import { rotateCredentialSet, wake } from "./rotate-credential-set.ts";
import { saying } from "./rotation-journal.ts";
import type { RotationPorts } from "./rotation-site.ts";
import { earlierSharer, renewedAlready } from "./secret-sharers.ts";

interface Adopted {
  readonly view: CredentialSetView;
  /** There was no record of it before. */
  readonly created: boolean;
}

/**
 * Takes a credential set over for rotation, changes its policy, makes a set that is not there, or (rotation null) lets it
 * go. Everything that can be known to be wrong is said before anything is recorded. `ifMatch` null: only where nothing is on
 * record of it, else `stale`.
 */
export async function adoptCredentialSet(
  ports: RotationPorts & Pick<Ports, "tags">,
  registry: string,
  name: string,
  request: CredentialSetRequest,
  ifMatch: string | undefined | null,
  by: By,
): Promise<Adopted> {
  const served = servedName(ports, registry);
  const { view, created } = await unlessMoved(ports, ifMatch === null ? "" : ifMatch, async () => {
    const [sets, stored] = await Promise.all([
      ports.credentialSets.list(served),
      ports.rotations.get(served, name),
    ]);
    if (ifMatch === null && stored) throw conditionNotMet("If-None-Match");
    checkMatch(ifMatch ?? undefined, stored?.etag);
    const set = setByName(sets, name);
    if (request.rotation === null)
      return {
        view: await releaseCredentialSet(ports, served, name, { set, stored }, by),
        created: false,
      };
    const judged = judgeRotationPolicy(request.rotation, ports.rotationSettings);
    if (!judged.ok) throw problemsError("invalid", judged.problems);
    const wanted = { ...newRecord(ports, served, name, by), ...secretsOf(set, request) };
    const record = adopted(wanted, stored?.value, judged.policy, ports.ambient.now());
    const notes = await checkAdoption(ports, record, set);
    const dropped = stored?.value.rotations.filter((one) => !record.rotations.includes(one)) ?? [];
    return adopt(ports, { record, stored, set }, [...notes, ...notRetired(dropped)], by);
  });
  return { view: await withExactCommands(ports, view), created };
}

interface Adoption {
  readonly record: RotationRecord;
  readonly stored: Stored<RotationRecord> | undefined;
  readonly set: CredentialSet | undefined;
}

async function adopt(
  ports: RotationPorts,
  adoption: Adoption,
  notes: readonly string[],
  by: By,
): Promise<Adopted> {
  const { record, stored, set } = adoption;
  const { registry, name } = record;
  const now = ports.ambient.now();
  // The same again changes nothing; but somebody may have mended what a rotation waits for.
  const same = record === stored?.value && (set !== undefined || record.creates === true);
  const next = same ? { ...record, hintedAt: now } : { ...record, ...news(ports, adoption, by) };
  const etag = await ports.rotations.write({ ...next, nextAt: nextAtOf(next) }, stored?.etag);
  if (!same) await giveWay(ports, { value: next, etag }, stored);
  const created = stored === undefined;
  if (set) {
    await wake(ports, registry, name);
    const view = credentialSetView(registry, set, { value: next, etag }, now);
    return { view: { ...view, notes }, created };
  }
  // At once, so that the answer can say what the new set's identity still needs; the sweep goes on after a crash.
  await orProblem(rotateCredentialSet(ports, { kind: "rotate-credential-set", registry, name }));
  const [made, after] = await Promise.all([
    orProblem(ports.credentialSets.list(registry)),
    ports.rotations.get(registry, name),
  ]);
  const found = made instanceof LarderError ? undefined : setByName(made, name);
  const view = credentialSetView(registry, found, after, ports.ambient.now());
  return { view: { ...view, notes }, created };
}

/** What a change of the policy, or a new one, brings with it: a look at once, and a line of history. */
function news(
  ports: Pick<Ports, "ambient">,
  { record, stored, set }: Adoption,
  by: By,
): Partial<RotationRecord> {
  const now = ports.ambient.now();
  const { mode, account, renewBefore } = record.policy;
  const message = `Larder renews its token: ${mode}, as "${account}", ${renewBefore} before its end.`;
  return {
    ...(set ? { name: set.name } : { creates: true as const }),
    // Right before the write: of two at once the first to be written is the first (secret-sharers).
    adoptedAt: stored?.value.adoptedAt ?? now,
    // Also where only the set is to be made anew: a worker with the record as it was must not write that back.
    revision: stored && (stored.value.revision ?? 0) + 1,
    hintedAt: now,
    lookAt: now,
    hold: undefined,
    ...saying(ports, record, [{ name: "RotationAdopted", message, by: by.name }]),
  };
}

const rounds = 8;

/**
 * Two PUTs at once may have adopted one secret twice: the later adoption is taken back, and rejects. What is missed here, the worker's
 * look finds (secret-sharers).
 */
async function giveWay(
  ports: RotationPorts,
  written: Stored<RotationRecord>,
  before: Stored<RotationRecord> | undefined,
): Promise<void> {
  const other = await orProblem(earlierSharer(ports, written.value));
  if (other === undefined || other instanceof LarderError) return;
  const { registry, name, revision } = written.value;
  let mine: Stored<RotationRecord> | undefined = written;
  for (let round = 0; mine && round < rounds; round += 1) {
    const { etag, value }: Stored<RotationRecord> = mine;
    // What a worker has begun meanwhile has to come to its end, and what somebody else wanted since is theirs.
    if (runningRotation(value) || value.revision !== revision) break;
    const undone: Promise<unknown> = before
      ? ports.rotations.write(
          { ...before.value, lease: value.lease, revision: (revision ?? 0) + 1 },
          etag,
        )
      : ports.rotations.remove(registry, name, etag);
    if (!isReason(await orProblem(undone), "stale")) break;
    mine = await ports.rotations.get(registry, name);
  }
  throw renewedAlready(other);
}
