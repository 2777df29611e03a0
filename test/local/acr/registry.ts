import { randomUUID } from "node:crypto";
import type { Clock } from "../clock.ts";
import type { PushEvent } from "./events.ts";
import { type Resources, resources } from "./resources.ts";
import { type Rule, type RuleProperties, ruleFinder } from "./rules.ts";
import { type Storage, storage } from "./storage.ts";
import { defaultSwitches, type Switches } from "./switches.ts";

export interface CredentialSetProperties {
  readonly loginServer: string;
  readonly usernameSecretId: string;
  readonly passwordSecretId: string;
  /** The set's own identity; made with the set, gone with it. */
  readonly principalId: string;
}

export type Sku = "Basic" | "Standard" | "Premium";

/** One registry: what ARM configures and the data plane serves. */
export interface AcrRegistry {
  readonly name: string;
  readonly sku: Sku;
  readonly createdAt: number;
  readonly rules: Resources<RuleProperties>;
  readonly credentialSets: Resources<CredentialSetProperties>;
  readonly storage: Storage;
  switches(): Switches;
  /** Changes switches at run time; takes effect with the next request. */
  configure(change: Partial<Switches>): void;
  /** "localhost:5001" once its listener has a port, else "{name}.azurecr.io". */
  loginServer(): string;
  setLoginServer(server: string): void;
  /** The rule a repository comes under now. */
  ruleFor(repository: string): Rule | undefined;
  /** Makes a finished credential set without ARM. Returns its identity's principal id. */
  addCredentialSet(set: {
    readonly name: string;
    readonly loginServer: string;
    readonly usernameSecretId: string;
    readonly passwordSecretId: string;
  }): string;
  onEvent(event: PushEvent): void;
  /** For GET /state. */
  state(): unknown;
}

/** What makes a registry; switches not named have their defaults. */
export interface NewRegistry extends Partial<Switches> {
  readonly name: string;
  readonly sku?: Sku;
  /** Called for every push and delete event. */
  readonly onEvent?: (event: PushEvent) => void;
}

/** Repositories with more tags than this are shown by count only. */
const shownTags = 200;

/** An empty registry. */
export function acrRegistry(wanted: NewRegistry, clock: Clock): AcrRegistry {
  const { name, sku = "Premium", onEvent = () => {}, ...switched } = wanted;
  let switches: Switches = { ...defaultSwitches, ...switched };
  let server = `${name.toLowerCase()}.azurecr.io`;
  const rules = resources<RuleProperties>(() => clock.now());
  const credentialSets = resources<CredentialSetProperties>(() => clock.now());
  const images = storage(() => clock.now());
  return {
    name,
    sku,
    createdAt: clock.now(),
    rules,
    credentialSets,
    storage: images,
    switches: () => switches,
    configure: (change) => {
      switches = { ...switches, ...change };
    },
    loginServer: () => server,
    setLoginServer: (given) => {
      server = given;
    },
    ruleFor: ruleFinder(rules),
    addCredentialSet({ name: setName, ...rest }) {
      const principalId = randomUUID();
      const properties = { ...rest, principalId };
      credentialSets.start({ name: setName, properties, afterMs: 0, by: "stand-in" });
      return principalId;
    },
    onEvent,
    state: () => ({
      name,
      sku,
      loginServer: server,
      switches: { ...switches, adminUser: switches.adminUser && "on" },
      rules: rules.list(),
      credentialSets: credentialSets.list(),
      repositories: repositoriesState(images),
    }),
  };
}

function repositoriesState(images: Storage): unknown {
  const shown = [...images.repositories.entries()].map(([name, { tags, manifests }]) => [
    name,
    {
      manifests: manifests.size,
      tags:
        tags.size > shownTags
          ? tags.size
          : Object.fromEntries([...tags.entries()].map(([tag, { digest }]) => [tag, digest])),
    },
  ]);
  return Object.fromEntries(shown);
}
