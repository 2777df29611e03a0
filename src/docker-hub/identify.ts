import type { HubLogins, Identification } from "../domain/rotation-ports.ts";
import type { Timestamp } from "../domain/time.ts";
import { unreadable } from "./answer.ts";
import { looksLikeToken, openSession } from "./open-session.ts";
import { readClaims } from "./session.ts";
import type { Send } from "./wire.ts";

/** Opens a session and reads whose it is. Docker Hub counts that as a use of the token. */
export function identify(send: Send, now: () => Timestamp): HubLogins["identify"] {
  return async (account, password): Promise<Identification | undefined> => {
    // Docker Hub calls it a bad request, which would settle nothing.
    if (password.reveal() === "") return undefined;
    const opened = await openSession(send, now, account, password);
    if (opened === undefined) return undefined;
    const claims = readClaims(opened);
    const token = looksLikeToken(password);
    // A token's session that names no token says too little to be called anything.
    if (!claims?.account || (token && !claims.account.source)) throw unreadable("the login");
    const { source, username } = claims.account;
    return {
      kind: source?.kind ?? "password",
      uuid: source?.uuid,
      username,
      scopes: claims.scopes,
    };
  };
}
