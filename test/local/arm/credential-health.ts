import type { CredentialSetProperties } from "../acr/registry.ts";
import { loginOf } from "../acr/source.ts";
import type { ArmContext } from "./context.ts";
import { sim } from "./sim-codes.ts";

interface Health {
  readonly status: "Healthy" | "Unhealthy";
  readonly errorCode?: string;
  readonly errorMessage?: string;
}

/** Application id in the recorded message's place; ACR's own is not public knowledge here. */
const applicationId = "6a0ec4d3-30cb-4a83-91c0-ae56bc0e3d26";

const unhealthy = (errorCode: string, errorMessage: string): Health => ({
  status: "Unhealthy",
  errorCode,
  errorMessage,
});

/** The health of credential sets as ACR reports it, asked anew on every GET and list. */
export interface CredentialHealth {
  of(set: CredentialSetProperties): Promise<Health>;
}

/** Remembers the last answer of an upstream per login, for when it cannot be asked (invented). */
export function credentialHealth({ vault, upstream, tenantId }: ArmContext): CredentialHealth {
  const remembered = new Map<string, Health>();

  const unreadable = (set: CredentialSetProperties): Health | undefined => {
    for (const url of [set.usernameSecretId, set.passwordSecretId]) {
      const read = vault.readAs(set.principalId, url);
      if ("forbidden" in read) {
        const keyVault = new URL(url).hostname.split(".")[0];
        return unhealthy(
          "Forbidden",
          `The user, group or application 'name=microsoft.containerregistry/registries;appid=${applicationId};oid=${set.principalId};iss=https://sts.windows.net/${tenantId}/' does not have secrets get permission on key vault '${keyVault};location=westus'. For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125287`,
        );
      }
      // Key Vault's own code; that ACR passes it on is inferred from "Forbidden".
      if ("absent" in read) return unhealthy("SecretNotFound", read.absent);
    }
    return undefined;
  };
  return {
    async of(set) {
      const login = loginOf(set, vault);
      if (!login) return unreadable(set) ?? unhealthy(sim.loginRefused, "No login.");
      const key = `${set.principalId} ${login.username} ${login.password}`;
      const answer = await upstream.accepts(set.loginServer, login);
      if (answer === "unasked")
        return (
          remembered.get(key) ??
          unhealthy(sim.sourceUnreachable, `${set.loginServer} could not be reached.`)
        );
      const health: Health =
        answer === "yes"
          ? { status: "Healthy" }
          : unhealthy(
              sim.loginRefused,
              `authentication failed with source registry ${set.loginServer}`,
            );
      remembered.set(key, health);
      return health;
    },
  };
}
