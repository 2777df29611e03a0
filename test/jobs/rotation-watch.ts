import { inspect } from "node:util";
import type { FakePorts } from "../fakes/ports.ts";
import { account, day, ids, password, type RotationStage } from "./rotation-stage.ts";

/*
 * What must hold at every moment, looked at after every call of any port and after every step of time. What it finds
 * is collected, not thrown: a thrown error would be taken for a port's.
 */

export interface RotationWatch {
  /** What went wrong, as sentences; empty when all is well. */
  readonly found: readonly string[];
  look(when: string): void;
  /** An error that was thrown at somebody. */
  hear(error: unknown): void;
  /**
   * Nobody worked for so long that the live token may have ended by itself. That is nobody's fault until somebody is
   * back and has put a new one there; one that was disabled or deleted is a fault all the same.
   */
  excuse(): void;
  /** Searches all that was said and stored for secrets. Once, at the end: it is slow. */
  searchForSecrets(): void;
}

/** Calls whose parameters leave the process as text. */
const outgoing = new Set([
  "rotations.write",
  "rotationOutbox.send",
  "history.append",
  "announcer.announce",
  "heartbeats.beat",
  "accessTokens.create",
  "credentialSetWriter.create",
  "grants.grant",
]);

/** `retires`: the old token is Larder's to retire; otherwise it is a stranger like the others. */
export function rotationWatch(stage: RotationStage, retires: boolean): RotationWatch {
  const { ports, oldUuid } = stage;
  const found = new Set<string>();
  const texts = new Set<string>();
  const bearers = new Set<string>();
  const live = liveWatch(stage, (problem) => void found.add(problem));
  const acts = actWatch(stage, retires ? oldUuid : undefined, (problem) => void found.add(problem));
  const look = (when: string) => {
    live.look(when);
    acts(when);
  };
  ports.interruptions.watch((call, parameters, answer) => {
    look(call);
    if (outgoing.has(call)) gather(parameters, texts);
    if (call !== "hubLogins.signIn") return;
    const { session } = answer as { session?: { bearer: { reveal(): string } } };
    if (session) bearers.add(session.bearer.reveal());
  });
  return {
    get found() {
      return [...found];
    },
    look,
    hear: (error) => void texts.add(inspect(error, { depth: 6 })),
    excuse: () => live.excuse(),
    searchForSecrets() {
      const values = [ids.live, ids.pending].flatMap((id) =>
        ports.shelf.versions(id).map(({ value }) => value),
      );
      const secrets = new Set([...values, ...bearers, password, totpSeed]);
      const parts = new Set([...secrets].flatMap(partsOf));
      const all = [...texts, ...ports.rotationTable.texts(), ...ports.table.texts()].join("\n");
      if ([...parts].some((part) => all.includes(part))) found.add("a secret was told");
    },
  };
}

/** Every text in what is sent, keys included: most come again and again, so that few are left to be searched. */
function gather(value: unknown, texts: Set<string>): void {
  if (typeof value === "string") texts.add(value);
  if (typeof value !== "object" || value === null) return;
  for (const [key, part] of Object.entries(value)) {
    texts.add(key);
    gather(part, texts);
  }
}

/** Of the account; the vault holds it beside the password. */
export const totpSeed = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

/** Pieces of twelve characters from every fourth on: any fifteen in a row hold one. */
function partsOf(value: string): readonly string[] {
  // What all tokens, or all sessions, begin with is no secret.
  const own = value.replace(/^dckr_[a-z]+_/, "").replace(/^eyJ[^.]*\./, "");
  const count = Math.max(1, Math.floor((own.length - 12) / 4) + 1);
  return Array.from({ length: count }, (_, index) => own.slice(index * 4, index * 4 + 12));
}

/** The live secret holds a token that works, from the first moment that it does. */
function liveWatch({ ports }: RotationStage, report: (problem: string) => void) {
  const { hub, shelf } = ports;
  let begun = false;
  let excused = false;
  return {
    excuse: () => {
      excused = hasExpired(ports);
    },
    look(when: string) {
      const newest = shelf.versions(ids.live).at(-1);
      const works = newest?.enabled === true && hub.works(newest.value);
      if (works) {
        begun = true;
        excused = false;
        return;
      }
      if (!begun) return;
      if (excused && newest?.enabled && hasExpired(ports)) return;
      report(`after ${when} the live secret holds a dead token`);
    },
  };
}

/** Whether the live token has come to its own end, and nothing else was done to it. */
function hasExpired({ hub, shelf, clock }: FakePorts): boolean {
  const uuid = hub.uuidOf(shelf.find(ids.live) ?? "");
  const token = hub.tokens(account).find((one) => one.uuid === uuid);
  return token?.active === true && (token.expiresAt ?? "9") <= clock.now();
}

/** Strangers are left alone, and the old token until the new one has been in use for the grace. */
function actWatch(
  { ports }: RotationStage,
  oldUuid: string | undefined,
  report: (problem: string) => void,
) {
  const { hub, shelf, sets } = ports;
  const made = new Set<string>();
  let seen = hub.log.length;
  return (when: string) => {
    for (const { kind, uuid, label, at } of hub.log.slice(seen)) {
      if (kind === "created") made.add(uuid);
      else if (uuid !== oldUuid && !made.has(uuid)) report(`${when}: ${kind} stranger "${label}"`);
      if (uuid !== oldUuid || kind === "enabled") continue;
      const newest = shelf.versions(ids.live).at(-1);
      const value = newest?.value ?? "";
      const age = (Date.parse(at) - Date.parse(newest?.createdAt ?? at)) / 1000;
      const inUse = sets.credentialsOf("contoso", "docker-hub")?.password === value;
      if (!made.has(hub.uuidOf(value) ?? "") || !inUse || age < day)
        report(`${when}: ${kind} the old token before the new one was confirmed`);
    }
    seen = hub.log.length;
  };
}
