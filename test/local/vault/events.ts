import { randomUUID } from "node:crypto";
import type { Clock } from "../clock.ts";
import { secretId } from "./bundles.ts";
import type { EventGrid } from "./event-grid.ts";
import type { SecretStore, SecretVersion, StoredSecret } from "./secret-store.ts";
import { current } from "./secret-store.ts";

export interface SecretEvents {
  newVersion(secret: StoredSecret): void;
  /** Publishes near-expiry and expiry of current versions, once a version. */
  tick(): void;
}

/** Not configurable for secrets (facts/functions.md section 3.1). */
const nearExpiryMs = 30 * 86_400_000;

/**
 * Key Vault's events about secrets (facts/functions.md section 3.1): of current versions only, disabled or not.
 * A version that is older than a subscription never reaches it; `EventGrid.publish` sees to that.
 */
export function secretEvents(options: {
  readonly vaultName: string;
  readonly store: SecretStore;
  readonly clock: Clock;
  readonly eventGrid: EventGrid;
  readonly url: () => string;
}): SecretEvents {
  const { vaultName, store, clock, eventGrid, url } = options;
  const published = new Set<string>();
  const publish = (kind: string, { name }: StoredSecret, version: SecretVersion) => {
    const key = `${kind} ${version.version}`;
    if (published.has(key)) return;
    published.add(key);
    eventGrid.publish({
      id: randomUUID(),
      type: `Microsoft.KeyVault.${kind}`,
      topic: `/subscriptions/local/resourceGroups/larder/providers/Microsoft.KeyVault/vaults/${vaultName}`,
      subject: name,
      at: clock.now(),
      since: version.created,
      data: {
        Id: secretId(url(), name, version.version),
        VaultName: vaultName,
        ObjectType: "Secret",
        ObjectName: name,
        Version: version.version,
        NBF: version.nbf ?? null,
        EXP: version.exp ?? null,
      },
    });
  };
  return {
    newVersion: (secret) => publish("SecretNewVersionCreated", secret, current(secret)),
    tick() {
      for (const secret of store.list("live")) {
        const version = current(secret);
        if (version.exp === undefined) continue;
        const left = version.exp * 1000 - clock.now();
        if (left <= 0) publish("SecretExpired", secret, version);
        else if (left <= nearExpiryMs) publish("SecretNearExpiry", secret, version);
      }
    },
  };
}
