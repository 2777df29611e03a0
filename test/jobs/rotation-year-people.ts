import { termsOf } from "../../src/domain/judge-rotation-policy.ts";
import { runningRotation } from "../../src/domain/rotation.ts";
import { plusSeconds } from "../../src/domain/time.ts";
import { adoptCredentialSet } from "../../src/jobs/adopt-credential-set.ts";
import { requestRotation } from "../../src/jobs/request-rotation.ts";
import { anna, ben } from "./people.ts";
import { consume } from "./rotation-year-faults.ts";
import { accountActs, addToken, putSecret, revoke } from "./rotation-year-hands.ts";
import type { Platform } from "./rotation-year-platform.ts";
import { holderOf } from "./rotation-year-revoked.ts";
import type { YearWatch } from "./rotation-year-watch.ts";
import {
  breakDown,
  day,
  hour,
  pullThrough,
  someTerms,
  tell,
  type Year,
  type YearSet,
} from "./rotation-year-world.ts";

/** Everybody who has anything to do with the sets, for so many seconds; `times` below are those of a whole year. */
export function peopleOf(year: Year, platform: Platform, watch: YearWatch, seconds: number): void {
  const { agenda, dice, ports, sets } = year;
  const start = ports.clock.milliseconds();
  const act = (what: () => void) => () => {
    if (year.calm) return;
    year.counts.people += 1;
    year.changes += 1;
    what();
    year.onWrite();
    watch.look();
  };
  const share = seconds / (365 * day);
  const often = (times: number, what: () => void, least = 0.3) => {
    const most = 2 * times * Math.max(share, least);
    for (let count = dice.between(0, most + 1); count > 1; count -= 1)
      agenda.at(start + dice.between(0, seconds) * 1000, act(what));
  };
  for (const set of sets) {
    agenda.at(start + dice.between(0, hour) * 1000, () => put(year, platform, set));
    often(2, () => newLiveByHand(year, set));
    often(4, () => rotate(year, platform, set));
    often(1, () => changePolicy(year, platform, set));
    often(1, () => revokeLive(year, set));
    often(2, () => keepUsing(year, set));
    often(1, () => copyLive(year, set));
    pull(year, set, start + seconds * 1000);
    if (set.policy.mode === "assisted") assist(year, set, act);
  }
  for (const account of year.accounts)
    for (const [times, what] of accountActs(year, account)) often(times, what);
  revokeAsTold(year, act);
  for (const [host, times, longest] of outages)
    often(times, () => breakDown(year, host, dice.between(600, longest)), 0.1);
}

const outages = [
  ["hub", 6, 12 * hour],
  ["vault", 4, 6 * hour],
  ["acr", 4, 12 * hour],
  ["signIn", 8, 12 * hour],
  ["signIn", 20, hour],
  ["sweeps", 4, 4 * day],
] as const;

/** Within days somebody does what Larder says is to be revoked; mostly. */
function revokeAsTold(year: Year, act: (what: () => void) => () => void): void {
  const { agenda, dice, ports } = year;
  let read = 0;
  const visit = () => {
    const { told } = ports.news;
    for (; read < told.length; read += 1) {
      const { name, tokenUuid, credentialSet } = told[read] ?? {};
      const set = year.sets.find((one) => one.name === credentialSet);
      if (name !== "RevocationNeeded" || tokenUuid === undefined || !set) continue;
      if (holderOf(year, tokenUuid) || dice.chance(0.1)) continue;
      act(() => revoke(year, set.account, tokenUuid, "removed"))();
    }
    agenda.at(ports.clock.milliseconds() + dice.between(0.5, 2) * day * 1000, visit);
  };
  visit();
}

/** Adopts the set, or changes its policy: again after a failure, as a pipeline does. */
function put(year: Year, platform: Platform, set: YearSet): void {
  const { agenda, ports } = year;
  platform.work(
    set,
    (own) =>
      adoptCredentialSet(own, set.registry, set.name, { rotation: set.policy }, undefined, anna),
    (good) => {
      if (!good)
        agenda.at(ports.clock.milliseconds() + hour * 1000, () => put(year, platform, set));
    },
  );
}

function changePolicy(year: Year, platform: Platform, set: YearSet): void {
  set.policy = { ...set.policy, ...someTerms(year.dice) };
  tell(year, `${set.name}: policy ${JSON.stringify(set.policy)}`);
  put(year, platform, set);
}

function rotate(year: Year, platform: Platform, set: YearSet): void {
  const { dice } = year;
  const wish = { force: dice.chance(0.6), reason: "asked" };
  tell(year, `${set.name}: rotate, ${JSON.stringify(wish)}`);
  for (let count = dice.chance(0.3) ? 2 : 1; count > 0; count -= 1)
    platform.work(set, (own) => requestRotation(own, set.registry, set.name, wish, ben));
}

/** A token of one's own in the live secret; the one before goes later, or stays. */
function newLiveByHand(year: Year, set: YearSet): void {
  const { agenda, dice, ports } = year;
  const before = ports.hub.uuidOf(ports.shelf.find(set.liveId) ?? "");
  const left = dice.between(2, 100) * day;
  const expiresAt = dice.chance(0.85) ? plusSeconds(ports.clock.now(), left) : undefined;
  const { uuid, value } = addToken(year, set.account, { label: "by hand", expiresAt });
  tell(year, `${set.name}: ${uuid} put into the live secret by hand`);
  const version = putSecret(year, set.liveId, value, dice.chance(0.8) ? expiresAt : undefined);
  year.byHand.set(version, ports.clock.milliseconds());
  if (before === undefined || !dice.chance(0.5)) return;
  agenda.at(ports.clock.milliseconds() + dice.between(1, 10) * day * 1000, () => {
    if (!year.calm) revoke(year, set.account, before, "removed");
  });
}

/** People copy tokens from one vault to the next. */
function copyLive(year: Year, set: YearSet): void {
  const { ports, sets, dice } = year;
  const others = sets.filter((one) => one !== set && one.account === set.account);
  const value = ports.shelf.find(set.liveId);
  if (others.length === 0 || value === undefined) return;
  const other = dice.pick(others);
  tell(year, `${other.name}: the token of ${set.name} copied into its live secret`);
  year.byHand.set(putSecret(year, other.liveId, value), ports.clock.milliseconds());
}

function revokeLive(year: Year, set: YearSet): void {
  const { dice, ports } = year;
  const uuid = ports.hub.uuidOf(ports.shelf.find(set.liveId) ?? "");
  if (uuid !== undefined) revoke(year, set.account, uuid, dice.pick(["disabled", "removed"]));
}

/** Another consumer of the live token, who knows nothing of its being renewed. */
function keepUsing(year: Year, set: YearSet): void {
  const { agenda, dice, ports } = year;
  const value = ports.shelf.find(set.liveId);
  if (value === undefined) return;
  const until = ports.clock.milliseconds() + dice.between(1, 40) * day * 1000;
  const every = dice.pick([3, 10, 20, 40]);
  tell(year, `${set.name}: somebody else uses ${ports.hub.uuidOf(value)}`);
  const use = () => {
    if (year.calm || ports.clock.milliseconds() > until) return;
    consume(year, set.account.name, value);
    agenda.at(ports.clock.milliseconds() + dice.between(0.5, 1.5) * every * hour * 1000, use);
  };
  use();
}

/** Pulls of images through the registry: many a day, or one in a week. */
function pull(year: Year, set: YearSet, until: number): void {
  const { agenda, dice, ports } = year;
  const every = dice.pick([4, 12, 80]);
  const next = () => {
    pullThrough(year, set.registry, set.name);
    const at = ports.clock.milliseconds() + dice.between(0.2, 1.8) * every * hour * 1000;
    if (at < until) agenda.at(at, next);
  };
  next();
}

/** Puts tokens into the pending secret when one is asked for, and now and then unasked. */
function assist(year: Year, set: YearSet, act: (what: () => void) => () => void): void {
  const { agenda, dice, ports } = year;
  const give = (good: boolean) => {
    const { lifetimeSeconds } = termsOf(set.policy);
    const expiresAt = plusSeconds(ports.clock.now(), lifetimeSeconds);
    const other = year.accounts.find((one) => one !== set.account) ?? set.account;
    const bad = dice.pick(["password", "other", "garbage", "narrow"]);
    const scopes = !good && bad === "narrow" ? ["repo:public_read"] : ["repo:read"];
    const account = !good && bad === "other" ? other : set.account;
    const { value } = addToken(year, account, { label: "for larder", scopes, expiresAt });
    const values: Record<string, string> = {
      password: set.account.password,
      garbage: "dckr_pat_x",
    };
    const given = good ? value : (values[bad] ?? value);
    tell(year, `${set.name}: ${good ? "a good token" : bad} put into the pending secret`);
    putSecret(year, set.pendingId, given, year.calm || dice.chance(0.9) ? expiresAt : undefined);
  };
  const visit = () => {
    const record = year.table.find(set.registry, set.name);
    const asked = record && runningRotation(record)?.state === "waiting";
    const good = year.calm || dice.chance(0.7);
    if (asked || dice.chance(0.02)) {
      if (year.calm) give(true);
      else act(() => give(good))();
      year.onWrite();
    }
    const wait = year.calm ? 2 * hour : dice.between(0.1, 3) * day;
    agenda.at(ports.clock.milliseconds() + wait * 1000, visit);
  };
  visit();
}
