import { setByName } from "../../src/domain/credential-set.ts";
import { type Calls, now, type Scene } from "./rights-scene.ts";

type Arm =
  | "registries"
  | "cacheRules"
  | "cacheRuleWriter"
  | "credentialSets"
  | "credentialSetWriter"
  | "grants"
  | "announcer";

/** ARM, and the topic. In this order: what a call needs, one before it made. */
export function armCalls({ ports, registry, secretId }: Scene): Pick<Calls, Arm> {
  const sets = () => ports.credentialSets.list(registry);
  const twoSecrets = [secretId("docker-hub-username"), secretId("docker-hub-token")];
  return {
    registries: {
      loginServer: () => ports.registries.loginServer(registry),
      tier: () => ports.registries.tier(registry),
      id: () => ports.registries.id(registry),
    },
    cacheRules: {
      list: () => ports.cacheRules.list(registry),
      get: () => ports.cacheRules.get(registry, "nginx"),
    },
    cacheRuleWriter: {
      create: () =>
        ports.cacheRuleWriter.create(registry, "rights", {
          source: "docker.io/library/redis",
          target: "redis",
          credentialSet: "docker-hub",
        }),
      changeCredentialSet: () =>
        ports.cacheRuleWriter.changeCredentialSet(registry, "rights", undefined),
      remove: () => ports.cacheRuleWriter.remove(registry, "rights"),
    },
    credentialSets: { list: sets },
    credentialSetWriter: {
      create: () =>
        ports.credentialSetWriter.create(registry, "rights", {
          loginServer: "docker.io",
          usernameSecretId: twoSecrets[0] ?? "",
          passwordSecretId: twoSecrets[1] ?? "",
        }),
      async touch() {
        const set = setByName(await sets(), "docker-hub");
        if (!set) throw new Error("the stand-in has no set");
        return ports.credentialSetWriter.touch(registry, set);
      },
    },
    grants: {
      async grant() {
        const set = setByName(await sets(), "docker-hub");
        return ports.grants.grant(set?.principalId ?? "", twoSecrets);
      },
      model: () => ports.grants.model(twoSecrets),
    },
    announcer: {
      announce: () =>
        ports.announcer.announce([
          { id: "1", name: "TokenTested", at: now, registry, credentialSet: "a", message: "b" },
        ]),
    },
  };
}
