import type { Clock } from "../clock.ts";
import type { Faults } from "../faults.ts";
import { type Call, refuse } from "../service.ts";
import { disallowed, nameUnknown } from "./errors.ts";
import { eventOf, type Happening } from "./events.ts";
import type { Imports } from "./imports.ts";
import type { AcrRegistry } from "./registry.ts";
import type { Rule } from "./rules.ts";
import type { Sighting } from "./sightings.ts";
import type { SourceReader } from "./source.ts";
import type { Attributes, Repository } from "./storage.ts";

/** What the handlers of one registry's data plane share. */
export interface Plane {
  readonly registry: AcrRegistry;
  readonly source: SourceReader;
  readonly imports: Imports;
  readonly clock: Clock;
  readonly faults: Faults;
  /** "repository:tag" of every tag deleted while the switch `unknownAfterDelete` was on. */
  readonly deletedTags: Set<string>;
  /** By "repository:tag". */
  readonly sightings: Map<string, Sighting>;
}

/** A request on something of a repository. */
export interface Target {
  readonly call: Call;
  readonly repository: string;
  readonly reference: string;
}

/** A repository that has at least one manifest: one that is only being uploaded to does not exist yet. */
export function repositoryOf({ registry }: Plane, name: string): Repository | undefined {
  const found = registry.storage.repositories.get(name);
  return found && found.manifests.size > 0 ? found : undefined;
}

/** As `repositoryOf`, ending the call with NAME_UNKNOWN when there is none. */
export function requireRepository(plane: Plane, name: string): Repository {
  return repositoryOf(plane, name) ?? refuse(nameUnknown(name));
}

/** Ends the call with 405 when any of the things is locked in this way. */
export function requireUnlocked(
  things: Iterable<{ readonly attributes: Attributes } | undefined>,
  ...attributes: readonly (keyof Attributes)[]
): void {
  for (const thing of things)
    for (const attribute of attributes)
      if (thing && !thing.attributes[attribute]) refuse(disallowed());
}

/** Raises a push or delete event. */
export function tell(plane: Plane, happening: Omit<Happening, "host">): void {
  const { registry, clock } = plane;
  registry.onEvent(eventOf({ host: registry.loginServer(), ...happening }, clock.now()));
}

/** The rule that keeps a repository from being written to, if one does. */
export function writeProtection({ registry }: Plane, repository: string): Rule | undefined {
  return registry.switches().writableCacheRepos ? undefined : registry.ruleFor(repository);
}
