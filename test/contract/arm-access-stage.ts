import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { grants } from "../../src/azure/grants.ts";
import { cloud, vaultArmId } from "../local/cloud.ts";
import { listen } from "../local/service.ts";
import { authority } from "../local/tls.ts";

/** Where the stand-in's vault says it is; nobody listens there. */
export const localVault = "https://localhost:8443";

/** The stand-in's ARM over TLS with its vault, and the adapter in front of it. */
export async function accessStage() {
  const held = cloud({ vaultUrl: () => localVault });
  const certificate = await authority([]);
  setDefaultCACertificates([...getCACertificates("default"), certificate.ca]);
  const arm = await listen(held.arm.service, { ...held, delayMs: 0 }, { certificate });
  const bearer = () =>
    held.identity.issue(held.identity.appPrincipalId, "https://management.azure.com");
  const credential = {
    getToken: async () => ({ token: bearer(), expiresOnTimestamp: Date.now() + 3_600_000 }),
  };
  return {
    ...held,
    bearer,
    /** Larder's adapter, by default with the stand-in's vault as its own. */
    grants: (vaults: readonly string[] = [vaultArmId()]) =>
      grants({
        credential,
        endpoint: arm.url,
        vaults,
        trusted: { suffixes: [".vault.azure.net"], hosts: [new URL(localVault).host] },
      }),
    mayRead: (principalId: string, secretId: string) =>
      "value" in held.vault.reader.readAs(principalId, secretId),
    /** A plain request with a good token. */
    ask: (method: string, path: string, apiVersion: string, body?: unknown) =>
      fetch(`${arm.url}${path}?api-version=${apiVersion}`, {
        method,
        headers: { authorization: `Bearer ${bearer()}`, "content-type": "application/json" },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
    close: () => arm.close(),
  };
}

export type AccessStage = Awaited<ReturnType<typeof accessStage>>;
