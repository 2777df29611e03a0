import type { HubAccounts } from "../doors.ts";
import type { Directory } from "./directory.ts";
import type { Knobs } from "./knobs.ts";
import type { Token } from "./token.ts";

/**
 * A login at the registry's token service. A password works unless two-factor login or single sign-on is on;
 * an organization's token goes with the organization's name. Organizations are on paid plans.
 */
export function registryLogin(
  held: Directory,
  knobs: Knobs,
  username: string,
  secret: string,
): ReturnType<HubAccounts["login"]> {
  if (!/^dckr_[po]at_/.test(secret)) {
    const account = held.accountNamed(username);
    const refused = !account || account.sso || account.twoFactorSeed || account.password !== secret;
    return refused
      ? undefined
      : { accountId: account.id, plan: account.plan, scopes: ["repo:admin"] };
  }
  const token = held.usable(secret);
  const owner = token && ownerOf(held, knobs, username, token);
  if (!owner || knobs.registryRefuses.includes(token.uuid)) return undefined;
  held.use(token);
  return { ...owner, scopes: token.scopes };
}

function ownerOf(held: Directory, knobs: Knobs, username: string, token: Token) {
  const { ownerId: accountId } = token;
  if (token.kind === "oat")
    return held.organizationNamed(username)?.id === accountId
      ? { accountId, plan: "paid" as const }
      : undefined;
  const account = held.accountOf(accountId);
  const named = account?.username.toLowerCase() === username.toLowerCase();
  return account && (named || knobs.registryTakesAnyUserName)
    ? { accountId, plan: account.plan }
    : undefined;
}
