import { sameName } from "../domain/cache-rule.ts";
import type { CredentialSet } from "../domain/credential-set.ts";
import { LarderError } from "../domain/errors.ts";
import type { RotationRecord } from "../domain/rotation.ts";
import { sameSecretId } from "../domain/secret-place.ts";
import { orProblem } from "./or-problem.ts";
import type { RotationPorts, RotationSite } from "./rotation-site.ts";

export interface SetOf {
  readonly registry: string;
  readonly set: CredentialSet;
}

type ListPorts = Pick<RotationPorts, "credentialSets" | "registries">;

/**
 * Every credential set of the served registries. Rejects when `own` cannot be read; another registry that cannot is named in
 * `unread`: it must not keep this one's token from being renewed, only an old one from being revoked.
 */
export async function allSets(
  { credentialSets, registries }: ListPorts,
  own: string,
): Promise<{ readonly sets: readonly SetOf[]; readonly unread: readonly string[] }> {
  const listed = await Promise.all(
    registries.names.map(async (registry) => {
      const sets = await orProblem(credentialSets.list(registry));
      if (!(sets instanceof LarderError)) return sets.map((set) => ({ registry, set }));
      if (sameName(registry, own)) throw sets;
      return registry;
    }),
  );
  return {
    sets: listed.flatMap((one) => (typeof one === "string" ? [] : one)),
    unread: listed.filter((one) => typeof one === "string"),
  };
}

/** Those that read the same live secret; the record's own first. */
export async function setsWithSecret(
  ports: ListPorts,
  { registry, name, passwordSecretId }: RotationRecord,
): Promise<{ readonly sets: readonly SetOf[]; readonly unread: readonly string[] }> {
  const { sets, unread } = await allSets(ports, registry);
  const same = sets.filter(({ set }) => sameSecretId(set.passwordSecretId, passwordSecretId));
  const isOwn = (one: SetOf) => sameName(one.registry, registry) && sameName(one.set.name, name);
  return { sets: [...same.filter(isOwn), ...same.filter((one) => !isOwn(one))], unread };
}

/** Has ACR read the secret anew for each of them. */
export async function touchSets({ ports, desk }: RotationSite): Promise<void> {
  const { sets } = await setsWithSecret(ports, desk.record());
  for (const { registry, set } of sets) {
    await desk.guard();
    await ports.credentialSetWriter.touch(registry, set);
  }
}
