import type { CredentialSetView } from "../domain/credential-set-view.ts";
import { grantCommands } from "../domain/grant-commands.ts";
import type { Ports } from "../domain/ports.ts";

/**
 * The view of a set whose identity still needs its right, with the commands that fit its vaults. Only for the answer
 * about a single set, and nothing is asked of one that needs no right: each vault is a call to ARM.
 */
export async function withExactCommands(
  { grants }: Pick<Ports, "grants">,
  view: CredentialSetView,
): Promise<CredentialSetView> {
  const { set, access } = view;
  if (!set || access.commands.length === 0) return view;
  const models = await grants.model([set.usernameSecretId, set.passwordSecretId]);
  return { ...view, access: { ...access, commands: grantCommands(set, models) } };
}
