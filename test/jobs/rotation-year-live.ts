import { termsOf } from "../../src/domain/judge-rotation-policy.ts";
import { ownerOf } from "../../src/domain/rotation.ts";
import { hour, type Year, type YearSet } from "./rotation-year-world.ts";

/** The live secrets: what they hold, whether it works, and whose doing it is if not. */
export interface LiveWatch {
  look(): void;
  /** Whether any live secret holds the token now. */
  holds(uuid: string): boolean;
  /** Whether the set's live secret ever held it. */
  everHeld(set: YearSet, uuid: string): boolean;
  /** When the next live token ends by itself, milliseconds. */
  nextEnd(): number;
}

interface Held {
  readonly version: string;
  readonly uuid: string;
  readonly end: number;
  readonly since: number;
}

interface Followed {
  readonly set: YearSet;
  held: Held | undefined;
  readonly ever: Set<string>;
  /** Since when nothing but single failures has kept Larder from renewing it, milliseconds. */
  ableSince: number;
  deadSince: number | undefined;
  overdue: boolean;
}

/** A day to notice it, and what retries may take. */
const mendedWithin = (24 + 6) * hour * 1000;

export function liveWatch(year: Year, violate: (message: string) => void): LiveWatch {
  const { ports } = year;
  const followed = year.sets.map(
    (set): Followed => ({
      set,
      held: undefined,
      ever: new Set(),
      ableSince: ports.clock.milliseconds(),
      deadSince: undefined,
      overdue: false,
    }),
  );
  const of = (set: YearSet) => followed.find((one) => one.set === set);
  return {
    look() {
      for (const one of followed) {
        const message = lookAt(year, one);
        if (message !== undefined) violate(`${ownerOf(one.set)}: ${message}`);
      }
    },
    holds: (uuid) => followed.some(({ held }) => held?.uuid === uuid),
    everHeld: (set, uuid) => of(set)?.ever.has(uuid) === true,
    nextEnd: () =>
      Math.min(
        ...followed.map(({ held, deadSince }) =>
          deadSince === undefined ? (held?.end ?? Number.POSITIVE_INFINITY) : Infinity,
        ),
      ),
  };
}

/** What is wrong with a live secret, if that is Larder's doing, or its neglect. */
function lookAt(year: Year, one: Followed): string | undefined {
  const now = year.ports.clock.milliseconds();
  const newest = year.ports.shelf.versions(one.set.liveId).at(-1);
  if (!newest) return undefined;
  const written = newest.version !== one.held?.version;
  if (written) hold(year, one, newest);
  if (isKeptFrom(year, one.set)) one.ableSince = now;
  if (year.ports.hub.works(newest.value)) {
    one.deadSince = undefined;
    one.overdue = false;
    return undefined;
  }
  const uuid = one.held?.uuid ?? "";
  const fresh = one.deadSince === undefined || written;
  one.deadSince ??= now;
  if (fresh) return blame(year, one, newest.version, uuid, now, written);
  return neglect(one, now);
}

function hold(
  { ports: { hub, clock } }: Year,
  one: Followed,
  { version, value }: { readonly version: string; readonly value: string },
): void {
  const uuid = hub.uuidOf(value) ?? "";
  const token = hub.tokens(one.set.account.name).find((each) => each.uuid === uuid);
  const end = token?.expiresAt === undefined ? Infinity : Date.parse(token.expiresAt);
  one.held = { version, uuid, end, since: clock.milliseconds() };
  one.ever.add(uuid);
}

/** Somebody is to blame for a token that has just died; why it is Larder, if it is. */
function blame(
  { byHand, killedByHand, ports: { hub } }: Year,
  { set, held, ableSince }: Followed,
  version: string,
  uuid: string,
  now: number,
  written: boolean,
): string | undefined {
  if (killedByHand.has(uuid)) return undefined;
  if (byHand.has(version) && written) return undefined;
  if (written) return `Larder wrote ${uuid}, which does not work`;
  const token = hub.tokens(set.account.name).find((each) => each.uuid === uuid);
  if (!token?.active) return `the live token ${uuid} was revoked`;
  if ((held?.end ?? Infinity) > now) return `the live token ${uuid} does not work any more`;
  if (set.policy.mode === "assisted") return undefined;
  const half = (termsOf(set.policy).renewBeforeSeconds / 2) * 1000;
  const since = Math.max(ableSince, held?.since ?? 0);
  return now - since >= half
    ? `the live token ${uuid} ended by itself, though nothing kept Larder from renewing it since ${new Date(since).toISOString()}`
    : undefined;
}

/** A dead token is to be replaced within a day of health, whosoever killed it. */
function neglect(one: Followed, now: number): string | undefined {
  const { set, deadSince = now, ableSince, held } = one;
  if (set.policy.mode === "assisted" || one.overdue) return undefined;
  const since = Math.max(deadSince, ableSince, held?.since ?? 0);
  if (now - since < mendedWithin) return undefined;
  one.overdue = true;
  return `dead since ${new Date(deadSince).toISOString()}, and nothing kept Larder from renewing it since ${new Date(since).toISOString()}`;
}

/** Whether anything but single failures keeps Larder from making a token now. */
function isKeptFrom({ down, ports }: Year, { account }: YearSet): boolean {
  if (down.hub || down.vault || down.acr || down.sweeps || down.signIn) return true;
  if (ports.shelf.find(account.rotatorPasswordId) !== account.password) return true;
  return account.cap !== undefined && ports.hub.tokens(account.name).length >= account.cap;
}
