import { termsOf } from "../../src/domain/judge-rotation-policy.ts";
import type { RotationRecord } from "../../src/domain/rotation.ts";
import { isOwnLabel } from "../../src/domain/token-marks.ts";
import type { LiveWatch } from "./rotation-year-live.ts";
import type { Year, YearSet } from "./rotation-year-world.ts";

/** For so long after a person's act Larder may not have been able to know of it, seconds: one step with slow answers. */
const unawares = 300;
/** Uses so soon after the confirmation are ACR's own last ones, seconds. */
const settling = 600;

/** Why Larder must not make this call to a token, if it must not. */
export function revocationFault(
  year: Year,
  live: LiveWatch,
  set: YearSet,
  what: string,
  parameters: readonly unknown[],
): string | undefined {
  const revokes = what === "accessTokens.remove" || parameters[2] === false;
  if (what !== "accessTokens.remove" && what !== "accessTokens.setActive") return undefined;
  const uuid = String(parameters[1]);
  const token = year.ports.hub.tokens(set.account.name).find((one) => one.uuid === uuid);
  if (!token) return undefined;
  const made = token.madeBy === "larder" && isOwnLabel(set, token.label);
  if (!made && !live.everHeld(set, uuid)) return `${uuid} ("${token.label}") is a stranger's`;
  if (!revokes) return undefined;
  const now = year.ports.clock.milliseconds();
  const record = year.table.find(set.registry, set.name);
  const holder = holderOf(year, uuid);
  if (holder) return `${uuid} lies in the live secret of ${holder.name}`;
  if (!record || !token.active || isNew(record, uuid)) return undefined;
  return useFault(year, record, uuid, now);
}

/** The set whose live secret holds a token, and has done for long enough to be seen. */
export function holderOf(year: Year, uuid: string): YearSet | undefined {
  const now = year.ports.clock.milliseconds();
  return year.sets.find((one) => holds(year, one, uuid, now));
}

function holds({ ports }: Year, { liveId }: YearSet, uuid: string, now: number): boolean {
  const newest = ports.shelf.versions(liveId).at(-1);
  return (
    newest !== undefined &&
    ports.hub.uuidOf(newest.value) === uuid &&
    Date.parse(newest.createdAt) < now - unawares * 1000
  );
}

/** The token of a rotation that failed goes whether or not it was used: nobody else was given it. */
function isNew({ rotations }: RotationRecord, uuid: string): boolean {
  const discarding = rotations.find(({ state }) => state === "discarding" || state === "creating");
  return discarding !== undefined && !rotations.some(({ oldUuid }) => oldUuid === uuid);
}

function useFault(
  { uses, ports: { hub } }: Year,
  { rotations, policy }: RotationRecord,
  uuid: string,
  now: number,
): string | undefined {
  const rotation = rotations.find(({ oldUuid }) => oldUuid === uuid);
  const from = now - termsOf(policy).graceSeconds * 1000;
  const settled = Date.parse(rotation?.confirmedAt ?? "") + settling * 1000 || 0;
  const seen = now - (hub.knobs.lastUsedLagSeconds + unawares) * 1000;
  const use = uses.get(uuid)?.findLast((at) => at < seen && at > settled && at > from);
  return use === undefined
    ? undefined
    : `${uuid} was used ${new Date(use).toISOString()}, within the grace`;
}
