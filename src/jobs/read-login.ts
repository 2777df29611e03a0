import type { CredentialSet } from "../domain/credential-set.ts";
import { LarderError } from "../domain/errors.ts";
import type { Login, Ports } from "../domain/ports.ts";

/** The login of a credential set, or the error with which the vault would not give it. */
export async function readLogin(
  vault: Ports["vault"],
  set: CredentialSet,
): Promise<Login | LarderError> {
  try {
    const [username, password] = await Promise.all([
      vault.read(set.usernameSecretId),
      vault.read(set.passwordSecretId),
    ]);
    return { username, password };
  } catch (error) {
    if (error instanceof LarderError) return error;
    throw error;
  }
}

/** That error as a sentence for a person. */
export function unreadLogin(set: string, { problem: { code } }: LarderError): string {
  return `Larder could not read the secrets of credential set "${set}" (${code}).`;
}
