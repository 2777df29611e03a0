import type { FakePorts } from "../fakes/ports.ts";
import type { RotationFlow } from "./rotation-flow.ts";
import { day, ids, type RotationStage } from "./rotation-stage.ts";

/*
 * What Larder does to tokens at Docker Hub: strangers are left alone, an old token until a newer one has been in use for the
 * grace, and only what it has disabled itself is enabled again.
 */

interface ActWatch {
  look(when: string): void;
  /** What was done since the last look was done by somebody else. */
  passOver(): void;
}

export function actWatch(
  { ports, oldUuid }: RotationStage,
  { mode, retires, unprovable = 0 }: RotationFlow,
  report: (problem: string) => void,
): ActWatch {
  const { hub, clock } = ports;
  const startedAt = clock.milliseconds();
  const made = new Set<string>();
  const disabled = new Set<string>();
  const isRevocable = (uuid: string) =>
    mode === "managed" &&
    (uuid !== oldUuid || retires !== false) &&
    liveTokens(ports).includes(uuid);
  const note = ({ kind, uuid }: Act) => {
    if (kind === "created") made.add(uuid);
    if (kind === "disabled") disabled.add(uuid);
  };
  const judge = (act: Act, what: string) => {
    const { kind, uuid, at } = act;
    if (kind === "enabled" && !disabled.has(uuid)) report(`${what}, disabled by somebody else`);
    note(act);
    if (!made.has(uuid) && !isRevocable(uuid)) report(`${what}, a stranger`);
    const revoked = kind === "disabled" || kind === "removed";
    if (!revoked || isTakenBack(ports, made, uuid)) return;
    const sure = Date.parse(at) >= startedAt + (unprovable > 0 ? unprovable + day : 0) * 1000;
    if (!sure || !isReplaced(ports, made, act))
      report(`${what} before a newer one was in use for the grace`);
  };
  for (const act of hub.log) note(act);
  let seen = hub.log.length;
  return {
    passOver() {
      seen = hub.log.length;
    },
    look(when) {
      for (const act of hub.log.slice(seen)) judge(act, `${when}: ${act.kind} "${act.label}"`);
      seen = hub.log.length;
    },
  };
}

type Act = FakePorts["hub"]["log"][number];

/** The tokens of the live secret's versions, oldest first. */
function liveTokens({ hub, shelf }: FakePorts): readonly string[] {
  return shelf.versions(ids.live).map(({ value }) => hub.uuidOf(value) ?? "");
}

/** A new one that never was in the live secret, or that somebody's own, or an older one, took the place of. */
function isTakenBack(ports: FakePorts, made: ReadonlySet<string>, uuid: string): boolean {
  const tokens = liveTokens(ports);
  const next = tokens[tokens.lastIndexOf(uuid) + 1] ?? uuid;
  if (!made.has(uuid)) return false;
  return !tokens.includes(uuid) || !made.has(next) || tokens.indexOf(next) < tokens.indexOf(uuid);
}

/** Whether the live secret has held a newer token of Larder's for the grace, and ACR signs in with a newer one. */
function isReplaced(ports: FakePorts, made: ReadonlySet<string>, { uuid, at }: Act): boolean {
  const tokens = liveTokens(ports);
  const isNewer = (index: number) => index > tokens.lastIndexOf(uuid);
  const newer = ports.shelf
    .versions(ids.live)
    .find((_, index) => isNewer(index) && made.has(tokens[index] ?? ""));
  const held = ports.sets.credentialsOf("contoso", "docker-hub")?.password ?? "";
  const age = (Date.parse(at) - Date.parse(newer?.createdAt ?? at)) / 1000;
  return isNewer(tokens.lastIndexOf(ports.hub.uuidOf(held) ?? "")) && age >= day;
}
