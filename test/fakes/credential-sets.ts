import type { CredentialSet } from "../../src/domain/credential-set.ts";
import type { CredentialSets } from "../../src/domain/ports.ts";
import { type VirtualClock, virtualClock } from "./clock.ts";
import { requireServed } from "./registries.ts";
import { type SecretShelf, secretShelf } from "./secret-shelf.ts";
import { type SetLogin, type SetReader, setReader } from "./set-reader.ts";
import { type FakeSetWriter, type HeldSet, type Sets, setWriter } from "./set-writer.ts";

export interface FakeCredentialSets
  extends CredentialSets,
    FakeSetWriter,
    Pick<SetReader, "grant" | "watchHealth" | "rereadAfter"> {
  /** Adds or replaces a set that may read its secrets; what is not given is that of a docker.io set, healthy until `watchHealth`. */
  put(registry: string, set: Partial<CredentialSet> & { readonly name: string }): void;
  delete(registry: string, name: string): void;
  names(registry: string): readonly string[];
  /** Without going through the port. */
  find(registry: string, name: string): CredentialSet | undefined;
  /** What ACR would log in with now; undefined while it cannot read both secrets. */
  credentialsOf(registry: string, name: string): SetLogin | undefined;
}

interface World {
  readonly clock?: VirtualClock;
  readonly shelf?: SecretShelf;
}

/** Every registry starts with the healthy set "docker-hub" for docker.io. */
export function fakeCredentialSets(
  registries: readonly string[],
  { clock = virtualClock(), shelf = secretShelf(clock) }: World = {},
): FakeCredentialSets {
  const held = new Map<string, Sets>();
  const reader = setReader(shelf, clock);
  const of = (registry: string) => {
    const key = requireServed(registries, registry);
    const found = held.get(key);
    if (found) return found;
    const made: Sets = new Map();
    held.set(key, made);
    put(reader, registry, made, { name: "docker-hub" });
    return made;
  };
  const show = (registry: string, { set, health, unwatched }: HeldSet): CredentialSet => ({
    ...set,
    health: health ?? reader.health(registry, set, unwatched),
  });
  const get = (registry: string, name: string) => of(registry).get(name.toLowerCase());
  return {
    put: (registry, set) => put(reader, registry, of(registry), set),
    delete: (registry, name) => void of(registry).delete(name.toLowerCase()),
    names: (registry) => [...of(registry).values()].map(({ set }) => set.name),
    find(registry, name) {
      const found = get(registry, name);
      return found && show(registry, found);
    },
    list: async (registry) => [...of(registry).values()].map((one) => show(registry, one)),
    credentialsOf(registry, name) {
      const found = get(registry, name);
      return found && reader.login(registry, found.set);
    },
    grant: (...given) => reader.grant(...given),
    watchHealth: (given) => reader.watchHealth(given),
    rereadAfter: (seconds) => reader.rereadAfter(seconds),
    ...setWriter(of, reader),
  };
}

function put(
  reader: SetReader,
  registry: string,
  sets: Sets,
  { health, ...given }: Parameters<FakeCredentialSets["put"]>[1],
): void {
  const secrets = `https://contoso.vault.azure.net/secrets/${given.name}`;
  const principalId = "00000000-0000-4000-8000-000000000001";
  const set = {
    loginServer: "docker.io",
    usernameSecretId: `${secrets}-username`,
    passwordSecretId: `${secrets}-token`,
    principalId,
    provisioningState: "Succeeded",
    ...given,
  };
  reader.grant(set.principalId ?? "", [set.usernameSecretId, set.passwordSecretId]);
  reader.read(registry, set);
  sets.set(set.name.toLowerCase(), { set, health, unwatched: { status: "Healthy" } });
}
