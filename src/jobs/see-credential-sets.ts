import type { Signal } from "../domain/signal.ts";
import { listCredentialSets } from "./read-credential-set.ts";

export type SetPorts = Parameters<typeof listCredentialSets>[0];

/** Two calls; no secret is looked at. */
export async function seeCredentialSets(
  ports: SetPorts,
  registry: string,
): Promise<readonly Signal[]> {
  const views = await listCredentialSets(ports, registry);
  return views.map(({ name, set, record, daysLeft }) => ({
    name: "CredentialSetSeen",
    registry,
    credentialSet: name,
    health: set?.health.status ?? "Unknown",
    errorCode: set?.health.errorCode,
    daysLeft,
    renewed: record !== undefined,
  }));
}
