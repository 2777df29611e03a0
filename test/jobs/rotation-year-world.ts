import { createHash } from "node:crypto";
import type { CacheRule } from "../../src/domain/cache-rule.ts";
import type { RotationPolicy } from "../../src/domain/rotation-policy.ts";
import { plusSeconds } from "../../src/domain/time.ts";
import { type FakePorts, fakePorts } from "../fakes/ports.ts";
import { type Agenda, agenda } from "./rotation-year-agenda.ts";
import { type Dice, dice } from "./rotation-year-dice.ts";
import { type YearStore, yearStore } from "./rotation-year-store.ts";

export const day = 86_400;
export const hour = 3600;

export interface YearAccount {
  readonly name: string;
  password: string;
  readonly totpSeed: string | undefined;
  /** Vault secret with the password, for Larder alone. */
  readonly rotatorPasswordId: string;
  /** Tokens it may have; undefined: no limit. */
  cap: number | undefined;
}

/** A credential set that Larder keeps signed in. */
export interface YearSet {
  readonly registry: string;
  readonly name: string;
  readonly account: YearAccount;
  readonly liveId: string;
  readonly pendingId: string;
  policy: RotationPolicy;
}

/** What a year is made of, and what has happened in it. */
export interface Year {
  readonly seed: number;
  readonly dice: Dice;
  readonly ports: FakePorts;
  readonly agenda: Agenda;
  /** In the place of `ports.rotationTable`. */
  readonly table: YearStore;
  readonly accounts: readonly YearAccount[];
  readonly sets: readonly YearSet[];
  /** Nothing goes wrong any more, and people only do what they are asked to. */
  calm: boolean;
  /** `signIn`: ACR answers, but cannot sign in at Docker Hub, whatever the token. */
  readonly down: Record<"hub" | "vault" | "acr" | "sweeps" | "signIn", boolean>;
  /** Every change of the world that no port's log has. */
  changes: number;
  /** To be called when somebody may have written a secret. */
  onWrite: () => void;
  /** Versions of live secrets that a person wrote, with the time. */
  readonly byHand: Map<string, number>;
  /** Tokens that a person disabled or deleted. */
  readonly killedByHand: Map<string, number>;
  /** Uses of tokens by ACR and by others than Larder: uuid to times. */
  readonly uses: Map<string, number[]>;
  /** Every password and TOTP seed there ever was. */
  readonly logins: string[];
  /** What was said outside of tables: messages, errors, lines for the log. */
  readonly said: Set<string>;
  /** The last things that happened. */
  readonly acts: string[];
  readonly counts: { calls: number; faults: number; kills: number; sweeps: number; people: number };
}

const accountNames = ["larderbot", "build_bot", "night-shift"];
const registries = ["contoso", "fabrikam"];
const vault = "https://contoso.vault.azure.net/secrets";

export function newYear(seed: number): Year {
  const chance = dice(seed);
  const ports: FakePorts = fakePorts({ registries });
  const accounts = accountNames.map((name, index): YearAccount => {
    const totpSeed = index === 1 ? "JBSWY3DPEHPK3PXP" : undefined;
    const password = newPassword(index);
    const rotatorPasswordId = loginId(name, "password");
    ports.hub.addAccount({ username: name, password, totpSeed });
    ports.shelf.seed(rotatorPasswordId, password);
    if (totpSeed !== undefined) ports.shelf.seed(loginId(name, "totp-seed"), totpSeed);
    return { name, password, totpSeed, rotatorPasswordId, cap: undefined };
  });
  const sets = Array.from({ length: chance.whole(6, 10) }, (_, index) =>
    newSet(chance, index, accounts),
  );
  const year: Year = {
    seed,
    dice: chance,
    ports,
    agenda: agenda(ports.clock),
    table: yearStore((record) => {
      if (chance.chance(0.02)) year.said.add(JSON.stringify(record));
    }),
    accounts,
    sets,
    calm: false,
    down: { hub: false, vault: false, acr: false, sweeps: false, signIn: false },
    changes: 0,
    onWrite: () => undefined,
    byHand: new Map(),
    killedByHand: new Map(),
    uses: new Map(),
    logins: accounts.flatMap(({ password, totpSeed }) => [password, totpSeed ?? password]),
    said: new Set(),
    acts: [],
    counts: { calls: 0, faults: 0, kills: 0, sweeps: 0, people: 0 },
  };
  ports.hub.knobs.lastUsedLagSeconds = chance.pick([0, 60, 600, hour]);
  ports.hub.knobs.newTokenDelaySeconds = chance.pick([0, 0, 20, 150]);
  ports.sets.rereadAfter(chance.pick([300, hour, 6 * hour]));
  for (const one of sets) stock(year, one);
  watchHealth(year);
  // Those tokens are not new any more.
  ports.clock.advance(hour);
  const last = accounts.at(-1);
  if (last) last.cap = ports.hub.tokens(last.name).length + chance.whole(1, 3);
  return year;
}

/** The same in every run, with no word in it. */
export function newPassword(number: number): string {
  return createHash("sha256").update(`password ${number}`).digest("base64url").slice(0, 24);
}

/** The vault secret of an account's login, by Larder's convention. */
function loginId(account: string, what: "password" | "totp-seed"): string {
  return `${vault}/docker-hub-${account.replaceAll("_", "--")}-${what}`;
}

type Terms = Pick<RotationPolicy, "lifetime" | "renewBefore" | "grace" | "retention">;

export function someTerms(chance: Dice): Terms {
  return chance.pick<Terms>([
    { lifetime: "P3D", renewBefore: chance.pick(["PT12H", "P1D"]), grace: "P1D", retention: "P1D" },
    { lifetime: "P14D", renewBefore: chance.pick(["P2D", "P4D"]), grace: "P2D", retention: "P3D" },
    {
      lifetime: "P30D",
      renewBefore: chance.pick(["PT18H", "P10D"]),
      grace: "P1D",
      retention: "P7D",
    },
    { lifetime: "P90D", renewBefore: "P30D", grace: chance.pick(["P1D", "P3D"]), retention: "P7D" },
    { lifetime: "P365D", renewBefore: "P30D", grace: "P1D", retention: "P7D" },
  ]);
}

function newSet(chance: Dice, index: number, accounts: readonly YearAccount[]): YearSet {
  const registry = index % 3 === 2 ? "fabrikam" : "contoso";
  const account = chance.pick(accounts);
  const name = index < 2 ? ["docker-hub", "docker-hub-2"][index] : `team-${index}-hub`;
  const liveId = `${vault}/${registry}-${name}-token`;
  const mode = chance.chance(0.25) ? "assisted" : "managed";
  const policy = {
    mode,
    account: account.name,
    ...someTerms(chance),
    scope: "repo:read",
    ...(chance.chance(0.7) && { canary: `library/app-${index}:latest` }),
  } as const;
  return { registry, name: name ?? "", account, liveId, pendingId: `${liveId}-pending`, policy };
}

/** A set with its secrets, its rule, and now and then a set of the other registry that reads the same secrets. */
function stock({ ports, dice: chance }: Year, set: YearSet): void {
  const { registry, name, account, liveId } = set;
  const usernameSecretId = liveId.replace(/-token$/, "-username");
  const expiresAt = plusSeconds(ports.clock.now(), chance.between(0.5, 60) * day);
  const { value } = ports.hub.addToken(account.name, { label: "by hand", expiresAt });
  ports.shelf.seed(usernameSecretId, account.name);
  ports.shelf.seed(liveId, value, chance.chance(0.8) ? { expiresAt } : {});
  const ids = { usernameSecretId, passwordSecretId: liveId };
  ports.sets.put(registry, { name, ...ids });
  if (chance.chance(0.3)) {
    const other = registry === "contoso" ? "fabrikam" : "contoso";
    ports.sets.put(other, { name: `${name}-copy`, ...ids });
  }
  const [image = "library/other"] = (set.policy.canary ?? "").split(":");
  ports.table.seed(ruleFor(set, image === "" ? `library/${name}` : image));
}

function ruleFor({ registry, name }: YearSet, image: string): CacheRule {
  const at = "2026-11-01T00:00:00.000Z";
  return {
    name: `rule-${name}`,
    registry,
    source: `docker.io/${image}`,
    target: `${name}/${image}`,
    credentialSet: name,
    status: "active",
    notes: [],
    requestedBy: "anna",
    requestedAt: at,
    updatedAt: at,
    operationId: "",
    attempts: 0,
  };
}

/** A login at Docker Hub's registry by anybody but Larder. Answers whether it was taken. */
export function useToken(year: Year, username: string, value: string): boolean {
  const { hub, clock } = year.ports;
  if (year.down.hub) return false;
  const used = hub.use(username, value);
  if (!used) return false;
  const times = year.uses.get(used.uuid) ?? [];
  if (times.push(clock.milliseconds()) > 400) times.splice(0, 200);
  year.uses.set(used.uuid, times);
  return true;
}

/** A pull through the registry, by whomever: ACR signs in with what it last read. */
export function pullThrough(year: Year, registry: string, set: string): boolean {
  const login = year.ports.sets.credentialsOf(registry, set);
  return login !== undefined && !year.down.signIn && useToken(year, login.username, login.password);
}

function watchHealth(year: Year): void {
  year.ports.sets.watchHealth((registry, { name }) =>
    pullThrough(year, registry, name)
      ? { status: "Healthy" }
      : { status: "Unhealthy", errorCode: "sim:LoginRefused", errorMessage: "refused" },
  );
}

/** Something is down for so many seconds. */
export function breakDown(year: Year, host: keyof Year["down"], seconds: number): void {
  const { agenda, down, ports } = year;
  down[host] = true;
  year.changes += 1;
  tell(year, `${host} is down`);
  agenda.at(ports.clock.milliseconds() + seconds * 1000, () => {
    down[host] = false;
    year.changes += 1;
    tell(year, `${host} is up`);
  });
}

/** One more line in the story that a failure prints. */
export function tell(year: Year, line: string): void {
  year.acts.push(`${year.ports.clock.now()} ${line}`);
  if (year.acts.length > 400) year.acts.splice(0, 200);
}
