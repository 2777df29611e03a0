import { termsOf } from "../../src/domain/judge-rotation-policy.ts";
import { ownerOf, type RotationRecord } from "../../src/domain/rotation.ts";
import { secondsBetween } from "../../src/domain/time.ts";
import { isOwnLabel } from "../../src/domain/token-marks.ts";
import type { LiveWatch } from "./rotation-year-live.ts";
import { day, hour, type Year, type YearSet } from "./rotation-year-world.ts";

/** Faults stop, and people see to what they were told. */
export function calmDown(year: Year): void {
  year.calm = true;
  year.changes += 1;
  Object.assign(year.down, { hub: false, vault: false, acr: false, sweeps: false, signIn: false });
  for (const account of year.accounts) {
    account.cap = undefined;
    year.ports.shelf.seed(account.rotatorPasswordId, account.password);
  }
}

/** Longer than the longest grace and retention, both a second time for a shared token, and a day for each thing that is looked at daily. */
export const quietSeconds = 34 * day;

/** What is not as it should be after the quiet stretch. */
export function unsettled(year: Year, live: LiveWatch): readonly string[] {
  const wrong = year.sets.flatMap((set) => {
    const record = year.table.find(set.registry, set.name);
    if (!record) return [`${ownerOf(set)}: was never adopted`];
    return unfinished(year, set, record).map((what) => `${ownerOf(set)}: ${what}`);
  });
  return [...wrong, ...leaked(year, live), ...spilt(year)];
}

function unfinished(year: Year, set: YearSet, record: RotationRecord): readonly string[] {
  const { clock, hub, shelf } = year.ports;
  const now = clock.now();
  const wrong: string[] = [];
  // The run may end while a worker looks at the set.
  const working = record.lease !== undefined && record.lease.until > now;
  if (record.lease && !working) wrong.push("has a lease that nobody holds");
  if (record.unsaid.length + record.unpublished.length > 0 && !working)
    wrong.push("has something to tell");
  if (record.nextAt < now && secondsBetween(record.nextAt, now) > 2 * hour)
    wrong.push(`was to be worked on at ${record.nextAt}`);
  const value = shelf.find(set.liveId) ?? "";
  const uuid = hub.uuidOf(value);
  // Nobody told Larder when a person's token ends, and that was said.
  if (record.policy.mode === "assisted" && record.live?.expiresAt === undefined) return wrong;
  if (!hub.works(value)) return [...wrong, `its live token ${uuid} does not work`];
  const token = hub.tokens(set.account.name).find((one) => one.uuid === uuid);
  const left = token?.expiresAt === undefined ? Infinity : secondsBetween(now, token.expiresAt);
  const needed = termsOf(record.policy).renewBeforeSeconds - 3 * hour;
  if (left < needed) wrong.push(`its live token has ${left / hour} h left`);
  const { graceSeconds, retentionSeconds } = termsOf(record.policy);
  const longest = 2 * graceSeconds + retentionSeconds + 5 * day;
  for (const { id, state, since, hold } of record.rotations)
    if (secondsBetween(since, now) > longest && hold === undefined && state !== "waiting")
      wrong.push(`rotation ${id} is ${state} since ${since}`);
  return wrong;
}

/** Tokens that Larder made, which nothing holds and no record names. */
function leaked({ ports, table, sets, accounts }: Year, live: LiveWatch): readonly string[] {
  const records = table.all();
  const named = new Set(
    records.flatMap(({ rotations }) => rotations.flatMap((one) => [one.oldUuid, one.newUuid])),
  );
  return accounts.flatMap(({ name }) =>
    ports.hub
      .tokens(name)
      .filter(({ label, uuid }) => {
        const own = sets.some((set) => isOwnLabel(set, label));
        return own && !live.holds(uuid) && !named.has(uuid);
      })
      .map(({ uuid, label }) => `${name}: ${uuid} ("${label}") is left behind`),
  );
}

/** So many characters of a secret in a row are a part of it. */
const part = 10;

/** Secrets, whole or in part, in anything that was written or said. */
function spilt({ ports, table, said, logins, sets }: Year): readonly string[] {
  const texts = [
    ...table.all().map((one) => JSON.stringify(one)),
    ...ports.table.texts(),
    ...ports.news.told.map((one) => JSON.stringify(one)),
    ...said,
  ];
  const words = new Set(texts.flatMap((text) => text.match(/[\w-]{10,}/g) ?? []));
  const ids = sets.flatMap(({ liveId, pendingId }) => [liveId, pendingId]);
  const values = ids.flatMap((id) => ports.shelf.versions(id).map(({ value }) => value));
  const parts = new Set([...values, "eyJhbGciOiJ", ...logins].flatMap(partsOf));
  const found = [...words].filter((word) => partsOf(word).some((one) => parts.has(one)));
  return found.map((word) => `"${word}" holds a part of a secret`);
}

function partsOf(text: string): readonly string[] {
  return Array.from({ length: Math.max(0, text.length - part + 1) }, (_, at) =>
    text.slice(at, at + part),
  );
}
