import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { afterAll, beforeAll } from "vitest";
import { readConfig } from "../../src/config.ts";
import type { Ports } from "../../src/domain/ports.ts";
import { larder } from "../../src/larder.ts";
import { type FakePorts, fakePorts } from "../fakes/ports.ts";
import type { AcrRegistry } from "../local/acr/registry.ts";
import { type StandIn, startStandIn } from "../local/stand-in.ts";

export const registryName = "contoso";

/** A world with the registry "contoso" and its healthy credential set "docker-hub" for docker.io. */
export interface CloudWorld {
  readonly ports: Ports;
  /** Images somebody pushed. */
  putRepository(name: string): void;
  /** Forbids deleting what is in it. */
  lockRepository(name: string): void;
  /** A set whose identity may not read its secrets. */
  addUnhealthySet(name: string, loginServer: string): void;
  /** URL of a secret, there or not. */
  secretId(name: string): string;
  /** Answers the secret's id. */
  putSecret(name: string, value: string): string;
  /** Deletes a secret, so that it can be recovered. */
  dropSecret(name: string): void;
  /** Whether Larder has its rights in the vault. */
  allowVault(allowed: boolean): void;
  /** Lets an identity read secrets. */
  grant(principalId: string, names: readonly string[]): void;
  /** The next change of a rule is taken by ARM and then fails. */
  failNextChange(): void;
  /** The same for a credential set. */
  failNextSetChange(): void;
}

interface Named {
  readonly name: string;
  readonly make: () => CloudWorld;
}

/** The stand-in, started for the tests of a file, with Larder composed over it from its settings. */
export function localCloud(): () => { readonly standIn: StandIn; readonly ports: Ports } {
  let made: { readonly standIn: StandIn; readonly ports: Ports } | undefined;
  const before = { ...process.env };
  beforeAll(async () => {
    const quick = { operationMs: 20, operationPolls: 1, armPageSize: 3 };
    const standIn = await startStandIn({ registries: [{ name: registryName, ...quick }] });
    setDefaultCACertificates([...getCACertificates("default"), standIn.ca]);
    // The identity SDK reads these two by itself.
    Object.assign(process.env, standIn.settings);
    const settings = { ...standIn.settings, ARM_POLL_SECONDS: "0.05" };
    made = { standIn, ports: larder(readConfig(settings)) };
  });
  afterAll(async () => {
    process.env = before;
    await made?.standIn.close();
  });
  return () => {
    if (!made) throw new Error("the stand-in is not there before the tests run");
    return made;
  };
}

/**
 * The two worlds that a contract is run against; `make` answers the same one within a file. A file
 * has one stand-in: the identity SDK keeps tokens for the process, and another would not know them.
 */
export function cloudWorlds(local = localCloud()): readonly Named[] {
  const fake = fakePorts({ registries: [registryName] });
  return [
    { name: "fake", make: () => fakeWorld(fake) },
    { name: "Azure SDKs", make: () => localWorld(local()) },
  ];
}

function fakeWorld(ports: FakePorts): CloudWorld {
  const secretId = (name: string) => `https://larder.vault.azure.net/secrets/${name}`;
  const failed = { kind: "fails", code: "sim:OperationFailed", message: "no" } as const;
  return {
    ports,
    putRepository: (name) => ports.images.put(registryName, name),
    lockRepository: (name) => ports.images.lock(registryName, name),
    addUnhealthySet: (name, loginServer) =>
      ports.sets.put(registryName, {
        name,
        loginServer,
        health: { status: "Unhealthy", errorCode: "Forbidden", errorMessage: "no get permission" },
      }),
    secretId,
    putSecret(name, value) {
      ports.shelf.seed(secretId(name), value);
      return secretId(name);
    },
    dropSecret: (name) => ports.shelf.drop(secretId(name)),
    allowVault: (allowed) => ports.shelf.allow(allowed),
    grant: (principalId, names) => ports.sets.grant(principalId, names.map(secretId)),
    failNextChange: () => ports.arm.next(failed),
    failNextSetChange: () => ports.sets.next(failed),
  };
}

function localWorld({ standIn, ports }: { standIn: StandIn; ports: Ports }): CloudWorld {
  const registry = standIn.registries[0] as AcrRegistry;
  const { repositories } = registry.storage;
  const failNext = () =>
    standIn.faults.add({
      where: "arm",
      kind: "operation-fails",
      match: "^(PUT|PATCH|DELETE)",
      times: 1,
    });
  return {
    ports,
    putRepository(name) {
      const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, name }));
      const mediaType = "application/vnd.oci.image.manifest.v1+json";
      registry.storage.put(name, { bytes, mediaType, tag: "latest" });
    },
    lockRepository(name) {
      const held = repositories.get(name);
      if (!held) throw new Error(`no repository ${name}`);
      repositories.set(name, { ...held, attributes: { ...held.attributes, deleteEnabled: false } });
    },
    addUnhealthySet: (name, loginServer) =>
      void registry.addCredentialSet({
        name,
        loginServer,
        usernameSecretId: `${standIn.urls.vault}/secrets/quay-username`,
        passwordSecretId: `${standIn.urls.vault}/secrets/quay-token`,
      }),
    ...localVault(standIn),
    failNextChange: failNext,
    failNextSetChange: failNext,
  };
}

type VaultSide = Pick<CloudWorld, "secretId" | "putSecret" | "dropSecret" | "allowVault" | "grant">;

function localVault({ vault, urls, identity }: StandIn): VaultSide {
  const secretId = (name: string) => `${urls.vault}/secrets/${name}`;
  const { appPrincipalId } = identity;
  return {
    secretId,
    putSecret(name, value) {
      vault.seed(name, value);
      return secretId(name);
    },
    dropSecret: (name) => vault.drop(name),
    allowVault: (allowed) =>
      allowed ? vault.access.allowAll(appPrincipalId) : vault.access.revoke(appPrincipalId),
    grant(principalId, names) {
      for (const name of names) vault.reader.grant(principalId, name);
    },
  };
}
