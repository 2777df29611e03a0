import type { HubSession } from "../../src/domain/rotation-ports.ts";
import { secret } from "../../src/domain/secret.ts";
import { plusSeconds, type Timestamp } from "../../src/domain/time.ts";
import { consume } from "./rotation-year-faults.ts";
import {
  day,
  hour,
  newPassword,
  tell,
  type Year,
  type YearAccount,
} from "./rotation-year-world.ts";

/*
 * What people do on Docker Hub's web site and in the vault's.
 */

export function addToken(
  year: Year,
  { name }: YearAccount,
  {
    label,
    scopes = ["repo:read"],
    expiresAt,
  }: {
    readonly label: string;
    readonly scopes?: readonly string[];
    readonly expiresAt: Timestamp | undefined;
  },
): { readonly uuid: string; readonly value: string } {
  year.changes += 1;
  return year.ports.hub.addToken(name, { label, scopes, expiresAt });
}

/** Returns the version's name. */
export function putSecret(
  year: Year,
  secretId: string,
  value: string,
  expiresAt?: Timestamp,
): string {
  return year.ports.shelf.seed(secretId, value, expiresAt === undefined ? {} : { expiresAt });
}

/** On the web site; nothing happens where there is no such token any more. */
export function revoke(
  year: Year,
  account: YearAccount,
  uuid: string,
  how: "disabled" | "removed",
): void {
  const { hub, clock } = year.ports;
  if (!hub.tokens(account.name).some((one) => one.uuid === uuid)) return;
  tell(year, `${account.name}: ${uuid} ${how} by hand`);
  year.killedByHand.set(uuid, clock.milliseconds());
  year.changes += 1;
  onSite(year, account, async (session) =>
    how === "removed"
      ? hub.accessTokens.remove(session, uuid)
      : hub.accessTokens.setActive(session, uuid, false),
  );
}

/** Somebody signs in with the password of the day. The fake answers at once. */
function onSite(
  { ports: { hub }, agenda }: Year,
  { name, password, totpSeed }: YearAccount,
  act: (session: HubSession) => Promise<void>,
): void {
  const seed = totpSeed === undefined ? undefined : secret(totpSeed);
  agenda.start(async () => {
    const answer = await hub.logins.signIn(name, secret(password), seed);
    if (answer.kind !== "session") throw new Error("a person could not sign in");
    await act(answer.session);
  });
}

/** What happens to an account in a year, with how often. */
export function accountActs(
  year: Year,
  account: YearAccount,
): readonly (readonly [number, () => void])[] {
  return [
    [1, () => changePassword(year, account)],
    [6, () => ownToken(year, account)],
    [3, () => enableAgain(year, account)],
  ];
}

/** The rotator's secret follows days later. */
function changePassword(year: Year, account: YearAccount): void {
  const { agenda, dice, ports } = year;
  account.password = newPassword(year.logins.length);
  year.logins.push(account.password);
  ports.hub.setPassword(account.name, account.password);
  tell(year, `${account.name}: another password`);
  agenda.at(ports.clock.milliseconds() + dice.between(0, 5) * day * 1000, () => {
    ports.shelf.seed(account.rotatorPasswordId, account.password);
    tell(year, `${account.name}: the rotator has the password`);
    year.changes += 1;
  });
}

/** A token of one's own, with a label of one's own, used for a while. */
function ownToken(year: Year, account: YearAccount): void {
  const { agenda, dice, ports } = year;
  const set = dice.pick(year.sets);
  const label = dice.pick([
    "laptop",
    `larder ${set.registry}/${set.name}`,
    `larder ${set.registry}/${set.name}-x abc`,
    `Larder ${set.registry}/${set.name} abc`,
    `my larder ${set.registry}/${set.name} abc`,
    "larder",
  ]);
  const left = dice.between(1, 60) * day;
  const expiresAt = dice.chance(0.5) ? plusSeconds(ports.clock.now(), left) : undefined;
  const { uuid, value } = addToken(year, account, { label, expiresAt });
  tell(year, `${account.name}: own token ${uuid} "${label}"`);
  for (let use = dice.whole(0, 5); use > 0; use -= 1)
    agenda.at(ports.clock.milliseconds() + dice.between(0, 30) * day * 1000, () =>
      consume(year, account.name, value),
    );
  const kept = dice.between(1, account.cap === undefined ? 60 : 6) * day;
  agenda.at(ports.clock.milliseconds() + kept * 1000, () => revoke(year, account, uuid, "removed"));
}

/** Somebody needs a token that was disabled, and uses it a few times. */
function enableAgain(year: Year, account: YearAccount): void {
  const { agenda, dice, ports } = year;
  const { hub, clock } = ports;
  const disabled = hub.tokens(account.name).filter(({ active }) => !active);
  if (disabled.length === 0) return;
  const { uuid } = dice.pick(disabled);
  tell(year, `${account.name}: ${uuid} enabled by hand`);
  year.changes += 1;
  onSite(year, account, async (session) => {
    await hub.accessTokens.setActive(session, uuid, true);
    // Until then it is dead, and by a person's hand.
    year.killedByHand.delete(uuid);
  });
  agenda.at(clock.milliseconds() + dice.between(1, 20) * hour * 1000, () => {
    year.changes += 1;
  });
}
