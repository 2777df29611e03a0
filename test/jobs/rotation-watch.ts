import { inspect } from "node:util";
import type { FakePorts } from "../fakes/ports.ts";
import { actWatch } from "./rotation-act-watch.ts";
import { type RotationFlow, totpSeed, userOf } from "./rotation-flow.ts";
import { ids, password, type RotationStage } from "./rotation-stage.ts";

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
  /** What people do to tokens, which is not for Larder to answer for. */
  byHand(act: () => Promise<void>): Promise<void>;
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

export function rotationWatch(stage: RotationStage, flow: RotationFlow): RotationWatch {
  const { ports } = stage;
  const found = new Set<string>();
  const texts = new Set<string>();
  const gathered = new WeakSet<object>();
  const bearers = new Set<string>();
  const report = (problem: string) => void found.add(problem);
  const live = liveWatch(stage, userOf(flow), report);
  const acts = actWatch(stage, flow, report);
  const look = (when: string) => {
    live.look(when);
    acts.look(when);
  };
  ports.interruptions.watch((call, parameters, answer) => {
    look(call);
    if (outgoing.has(call)) gather(parameters, texts, gathered);
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
    async byHand(act) {
      look("before a person's act");
      await act();
      acts.passOver();
    },
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
function gather(value: unknown, texts: Set<string>, gathered: WeakSet<object>): void {
  if (typeof value === "string") texts.add(value);
  if (typeof value !== "object" || value === null || gathered.has(value)) return;
  gathered.add(value);
  for (const [key, part] of Object.entries(value)) {
    texts.add(key);
    gather(part, texts, gathered);
  }
}

/** Pieces of twelve characters from every fourth on: any fifteen in a row hold one. */
function partsOf(value: string): readonly string[] {
  // What all tokens, or all sessions, begin with is no secret.
  const own = value.replace(/^dckr_[a-z]+_/, "").replace(/^eyJ[^.]*\./, "");
  const count = Math.max(1, Math.floor((own.length - 12) / 4) + 1);
  return Array.from({ length: count }, (_, index) => own.slice(index * 4, index * 4 + 12));
}

/** The live secret holds a token that works, and ACR signs in with one that does, from the first moment that it is so. */
function liveWatch({ ports }: RotationStage, user: string, report: (problem: string) => void) {
  const { hub, shelf, sets } = ports;
  let begun = false;
  let excused = false;
  const held = () => ({
    live: shelf.find(ids.live),
    acr: sets.credentialsOf("contoso", "docker-hub")?.password,
  });
  const works = (value: string | undefined) => value !== undefined && hub.works(value);
  return {
    excuse: () => {
      excused = Object.values(held()).some((value) => hasExpired(ports, user, value));
    },
    look(when: string) {
      const { live, acr } = held();
      if (works(live) && works(acr)) {
        begun = true;
        excused = false;
        return;
      }
      if (!begun) return;
      const ended = (value: string | undefined) => works(value) || hasExpired(ports, user, value);
      if (excused && ended(live) && ended(acr)) return;
      if (!works(live)) report(`after ${when} the live secret holds a dead token`);
      if (!works(acr)) report(`after ${when} ACR signs in with a dead token`);
    },
  };
}

/** Whether a token has come to its own end, and nothing else was done to it. */
function hasExpired({ hub, clock }: FakePorts, user: string, value: string | undefined): boolean {
  const uuid = hub.uuidOf(value ?? "");
  const token = hub.tokens(user).find((one) => one.uuid === uuid);
  return token?.active === true && (token.expiresAt ?? "9") <= clock.now();
}
