import type { SecretProperties } from "@azure/keyvault-secrets";
import { LarderError } from "../domain/errors.ts";
import { ask } from "./ask.ts";
import type { VaultSecret } from "./vault-clients.ts";

/** All pages together, in seconds: the SDK's list of versions cannot be continued page by page. */
const listSeconds = 60;

/**
 * What the list of versions says of the one named, or of the newest, after Key Vault answered that it
 * is disabled: that answer shows nothing else. Of several the newest disabled one is meant, whatever
 * was written since.
 * `unavailable` when none is disabled any more. `lacksRight` without the right to list.
 */
export async function disabledVersion(
  { client, name, shown }: VaultSecret,
  version: string | undefined,
): Promise<SecretProperties> {
  const all = await ask(
    `list the versions of ${shown}`,
    async (abortSignal) => {
      const found: SecretProperties[] = [];
      for await (const one of client.listPropertiesOfSecretVersions(name, { abortSignal }))
        found.push(one);
      return found;
    },
    { seconds: listSeconds },
  );
  const wanted = version?.toLowerCase();
  const [newest] = all
    .filter(({ enabled }) => enabled === false)
    .filter((one) => wanted === undefined || one.version?.toLowerCase() === wanted)
    .toSorted(newestFirst);
  if (newest) return newest;
  throw new LarderError("unavailable", {
    code: "SecretMoved",
    message: `The disabled version of ${shown} was enabled or replaced meanwhile.`,
  });
}

/**
 * The list has no order, and its times are whole seconds. Of two versions made in one second the list
 * cannot tell the newer; the one changed last is taken, and then always the same one.
 */
function newestFirst(a: SecretProperties, b: SecretProperties): number {
  const made = (b.createdOn?.getTime() ?? 0) - (a.createdOn?.getTime() ?? 0);
  const changed = (b.updatedOn?.getTime() ?? 0) - (a.updatedOn?.getTime() ?? 0);
  return made || changed || ((a.version ?? "") < (b.version ?? "") ? -1 : 1);
}
