import { sameName } from "../domain/cache-rule.ts";
import { type CredentialSet, setByName } from "../domain/credential-set.ts";
import { credentialSetRemedy } from "../domain/credential-set-remedy.ts";
import type { CredentialSetView, SetAccess } from "../domain/credential-set-view.ts";
import { describeRotation } from "../domain/describe-rotation.ts";
import { LarderError } from "../domain/errors.ts";
import { grantCommands } from "../domain/grant-commands.ts";
import { daysLeft } from "../domain/judge-live-token.ts";
import type { Ports, Stored } from "../domain/ports.ts";
import type { RotationRecord } from "../domain/rotation.ts";
import type { UnreadableRotation } from "../domain/rotation-ports.ts";
import type { Timestamp } from "../domain/time.ts";
import { withExactCommands } from "./exact-commands.ts";
import { servedName } from "./find-rule.ts";
import { orProblem } from "./or-problem.ts";

type ListPorts = Pick<Ports, "registries" | "credentialSets" | "rotations" | "ambient">;
type ReadPorts = ListPorts & Pick<Ports, "secrets">;

/** One credential set with its health and its rotation, if its record can be read. `missing` when neither ACR nor Larder has it, or the registry is not served. */
export async function readCredentialSet(
  ports: ReadPorts & Pick<Ports, "grants">,
  registry: string,
  name: string,
): Promise<CredentialSetView> {
  return withExactCommands(ports, await readOne(ports, registry, name));
}

async function readOne(
  ports: ReadPorts,
  registry: string,
  name: string,
): Promise<CredentialSetView> {
  const served = servedName(ports, registry);
  const [sets, stored] = await Promise.all([
    ports.credentialSets.list(served),
    orProblem(ports.rotations.get(served, name)),
  ]);
  const set = setByName(sets, name);
  const now = ports.ambient.now();
  if (stored instanceof LarderError) {
    if (stored.problem.code !== "RowUnreadable") throw stored;
    return unreadableView(served, set, { name, problem: stored.problem }, now);
  }
  if (stored) return credentialSetView(served, set, stored, now);
  if (set) return withExpiry(ports, credentialSetView(served, set, stored, now), set, now);
  throw new LarderError("missing", {
    code: "CredentialSetNotFound",
    target: "name",
    message: `Registry "${served}" has no credential set "${name}".`,
  });
}

/** Of a set that nobody has handed over: when its token ends, if the vault says and lets Larder read it. */
async function withExpiry(
  { secrets }: ReadPorts,
  view: CredentialSetView,
  { passwordSecretId }: CredentialSet,
  checkedAt: Timestamp,
): Promise<CredentialSetView> {
  const held = await orProblem(secrets.get(passwordSecretId));
  if (held instanceof LarderError || held?.expiresAt === undefined) return view;
  const { version, expiresAt } = held;
  const unrenewed = { version, expiresAt, works: "unknown", checkedAt } as const;
  return { ...view, unrenewed, daysLeft: daysLeft(unrenewed, checkedAt) };
}

/**
 * All of them, by name. Of one whose record cannot be read: as ACR shows it, with what is wrong. What costs a
 * call for each set is left to reading one: when a token ends that Larder does not renew (its vault says), and
 * which of the commands for its right fits.
 */
export async function listCredentialSets(
  ports: ListPorts,
  registry: string,
): Promise<readonly CredentialSetView[]> {
  const served = servedName(ports, registry);
  const [sets, { records, unreadable }] = await Promise.all([
    ports.credentialSets.list(served),
    ports.rotations.list(served),
  ]);
  const now = ports.ambient.now();
  const known = sets.map((set) => {
    const hidden = unreadable.find(({ name }) => sameName(name, set.name));
    if (hidden) return unreadableView(served, set, hidden, now);
    const stored = records.find(({ value }) => sameName(value.name, set.name));
    return credentialSetView(served, set, stored, now);
  });
  const others = records
    .filter(({ value }) => !setByName(sets, value.name))
    .map((stored) => credentialSetView(served, undefined, stored, now));
  const hidden = unreadable
    .filter(({ name }) => !setByName(sets, name))
    .map((one) => unreadableView(served, undefined, one, now));
  return [...known, ...others, ...hidden].sort((a, b) =>
    a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1,
  );
}

/** What ACR shows and what Larder has recorded, put together. One of the two must be there. */
export function credentialSetView(
  registry: string,
  set: CredentialSet | undefined,
  stored: Stored<RotationRecord> | undefined,
  now: Timestamp,
): CredentialSetView {
  const record = stored?.value;
  const described = record && describeRotation(record, now);
  return {
    registry,
    name: set?.name ?? record?.name ?? "",
    set,
    remedy: set?.health.status === "Unhealthy" ? credentialSetRemedy(set, record) : undefined,
    access: accessOf(set),
    record,
    etag: stored?.etag ?? "",
    daysLeft: record?.live && daysLeft(record.live, now),
    state: described?.state,
    next: described?.next,
    toDo: described?.toDo ?? [],
    notes: [],
  };
}

function unreadableView(
  registry: string,
  set: CredentialSet | undefined,
  { name, problem }: UnreadableRotation,
  now: Timestamp,
): CredentialSetView {
  const view = credentialSetView(registry, set, undefined, now);
  const text = `Larder renews its token, but cannot read what it has recorded of it: nothing is done for it. ${problem.message}`;
  // A note, too: the to-do of a set without a record is not shown.
  return { ...view, name: set?.name ?? name, unreadable: problem, toDo: [text], notes: [text] };
}

/** Told by the set's health: nothing else shows whether its own identity may read the secrets. */
function accessOf(set: CredentialSet | undefined): SetAccess {
  if (!set) return { state: "unknown", commands: [] };
  const { status, errorCode = "" } = set.health;
  if (status === "Healthy") return { state: "granted", commands: [] };
  if (!/forbidden/i.test(errorCode)) return { state: "unknown", commands: [] };
  return { state: "needed", commands: grantCommands(set) };
}
