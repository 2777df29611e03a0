import type { VirtualClock } from "./clock.ts";
import { type ImageImports, imageImports } from "./image-imports.ts";
import type { Happening, Note, Puller } from "./image-log.ts";
import type { ImageMeter } from "./image-meter.ts";
import { type PullDoor, type PullOutcome, pullOutcome } from "./image-pull.ts";
import { imageRegistry, type RegistrySwitches } from "./image-registry.ts";
import { imageSource, type LoginOf, type Rule } from "./image-source.ts";
import type { ImageUpstream } from "./image-upstream.ts";

export interface DoorOptions {
  readonly name: string;
  readonly clock: VirtualClock;
  readonly upstream: ImageUpstream;
  readonly meter: ImageMeter;
  readonly switches: Partial<RegistrySwitches>;
  readonly log: Happening[];
  readonly rules: () => readonly Rule[];
  readonly login: LoginOf;
}

/** One registry with everything around it. */
export interface Door extends PullDoor {
  readonly name: string;
  readonly imports: ImageImports;
  readonly note: Note;
}

export function imageDoor(options: DoorOptions): Door {
  const { name, clock, upstream, meter, log, login, rules } = options;
  const note: Note = (what, at = clock.milliseconds()) =>
    void log.push({ ...what, at: new Date(at).toISOString(), registry: name });
  const now = () => clock.milliseconds();
  const registry = imageRegistry(options.switches);
  const source = imageSource(upstream, meter, now, login);
  const door: PullDoor = { registry, source, rules, now };
  const imports = imageImports(door, ({ at, ...one }) => note({ kind: "import", ...one }, at));
  return { ...door, name, imports, note };
}

/** Answers a pull with all that follows from it: tags checked, pulls charged, copies promised. */
export function carryOutPull(
  door: Door,
  by: Puller,
  repository: string,
  reference: string,
  method: "GET" | "HEAD",
): PullOutcome {
  const { registry, source, imports, note, now } = door;
  const outcome = pullOutcome(door, repository, reference, method);
  note({ kind: "pull", by, method, repository, reference, answer: answerText(outcome) });
  const through = outcome.kind === "absent" ? undefined : outcome.through;
  if (through && method === "GET")
    note({ kind: "upstreamPull", by, repository, ...source.charge(through, repository) });
  if (outcome.kind !== "served") return outcome;
  const { manifest, checked } = outcome;
  const tag = registry.tag(repository, reference);
  if (checked && tag)
    registry.repositories.get(repository)?.tags.set(reference, { ...tag, checkedAt: now() });
  if (through && (method === "GET" || registry.switches().importOnHead))
    imports.schedule(through, repository, reference, manifest);
  return outcome;
}

function answerText(outcome: PullOutcome): string {
  if (outcome.kind === "served") return outcome.manifest.digest;
  return outcome.kind === "absent" ? "absent" : String(outcome.status);
}
