import type { Login, Registries } from "../domain/ports.ts";
import { secret } from "../domain/secret.ts";
import type { RegistryTokens } from "./registry-tokens.ts";

/** The user name that says that the password is a refresh token (Azure/acr docs/AAD-OAuth.md). */
const username = secret("00000000-0000-0000-0000-000000000000");

/** How a docker client signs in to a registry as Larder's identity; the password lives for some minutes at least. */
export function registryLogin(
  registries: Registries,
  tokens: RegistryTokens,
): (registry: string) => Promise<Login> {
  return async (registry) => {
    const server = await registries.loginServer(registry);
    return { username, password: secret(await tokens.refresh(server).get()) };
  };
}
