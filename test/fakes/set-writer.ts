import type { CredentialSet } from "../../src/domain/credential-set.ts";
import { LarderError } from "../../src/domain/errors.ts";
import type { CredentialSetWriter } from "../../src/domain/rotation-ports.ts";
import { findUpstream } from "../../src/domain/upstream.ts";
import { type Ending, endedBadly } from "./arm-endings.ts";
import type { BareSet, SetReader } from "./set-reader.ts";

export interface HeldSet {
  readonly set: BareSet;
  /** As it was `put`, whatever ACR sees. */
  readonly health?: CredentialSet["health"] | undefined;
  /** Until somebody watches. */
  readonly unwatched?: CredentialSet["health"] | undefined;
}

/** Of one registry, by name in lower case. */
export type Sets = Map<string, HeldSet>;

export interface FakeSetWriter extends CredentialSetWriter {
  /** The next write ends so; several calls queue up. */
  next(ending: Ending): void;
  /** Lets everything that was slow come to its good end. */
  settle(): void;
}

/** Sets that are made get an identity of their own without any rights; a touch that ends well makes ACR read. */
export function setWriter(of: (registry: string) => Sets, reader: SetReader): FakeSetWriter {
  const { write, ...handles } = operations(of, reader);
  let identities = 1;
  const newIdentity = () => {
    identities += 1;
    return `00000000-0000-4000-8000-${String(identities).padStart(12, "0")}`;
  };
  return {
    async create(registry, name, given) {
      const before = of(registry).get(name.toLowerCase());
      refuseAsArm(name, given.loginServer);
      const principalId = before?.set.principalId ?? newIdentity();
      const { loginServer, usernameSecretId, passwordSecretId } = given;
      const ids = { loginServer, usernameSecretId, passwordSecretId, principalId };
      const set = { name: before?.set.name ?? name, ...ids, provisioningState: "Succeeded" };
      write(registry, before, { ...before, set });
    },
    async touch(registry, { name, usernameSecretId, passwordSecretId }) {
      const before = of(registry).get(name.toLowerCase());
      if (!before) throw no("missing", "ResourceNotFound", `There is no credential set ${name}.`);
      const ids = { usernameSecretId, passwordSecretId, provisioningState: "Succeeded" };
      write(registry, before, { ...before, set: { ...before.set, ...ids } });
    },
    ...handles,
  };
}

/** Writes a set, well unless another ending is planned. */
function operations(of: (registry: string) => Sets, reader: SetReader) {
  const endings: Ending[] = [];
  const unsettled: (() => void)[] = [];
  return {
    write: (registry: string, before: HeldSet | undefined, after: HeldSet): void => {
      const sets = of(registry);
      const key = after.set.name.toLowerCase();
      const finish = () => {
        sets.set(key, after);
        reader.read(registry, after.set);
      };
      const ending = endings.shift();
      if (!ending) return finish();
      const shown = before ?? after;
      const during = before ? "Updating" : "Creating";
      const provisioningState = ending.kind === "fails" ? "Failed" : during;
      sets.set(key, { ...shown, set: { ...shown.set, provisioningState } });
      if (ending.kind === "slow") unsettled.push(finish);
      throw endedBadly(ending);
    },
    next: (ending: Ending) => void endings.push(ending),
    settle: () => {
      for (const finish of unsettled.splice(0)) finish();
    },
  };
}

/** ACR's own refusals (facts/acr.md section 1); no source tells the code of the first. */
function refuseAsArm(name: string, loginServer: string): void {
  if (!/^[a-zA-Z0-9-]{5,50}$/.test(name))
    throw no("refused", "sim:InvalidResourceName", `Bad credential set name ${name}.`);
  if (!findUpstream(loginServer))
    throw no("refused", "UpstreamNotSupported", `Unsupported upstream ${loginServer}.`);
}

const no = (reason: LarderError["reason"], code: string, message: string) =>
  new LarderError(reason, { code, message });
