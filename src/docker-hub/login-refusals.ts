import type { LoginRefusal } from "../domain/rotation-ports.ts";
import { redact } from "./redact.ts";

/* What a person is told when no session is opened, and what to do. An account's name is redacted as well: somebody may have put a token there. */

function refusal(kind: LoginRefusal["kind"], message: string): LoginRefusal {
  return { kind, message };
}

export const holdsToken = (account: string) =>
  refusal(
    "passwordRefused",
    `The secret with the password of "${redact(account)}" holds an access token, and Docker Hub lets no token manage tokens. Store the account's password, or use mode assisted.`,
  );

export const passwordRefused = (account: string) =>
  refusal(
    "passwordRefused",
    `Docker Hub refused the password of "${redact(account)}": it is wrong, or the account's organization enforces single sign-on, which takes no passwords. Store the right password, or use mode assisted.`,
  );

export const secondFactorNeeded = (account: string) =>
  refusal(
    "secondFactorNeeded",
    `Docker Hub took the password of "${redact(account)}" and asks for the second factor. Store the account's TOTP seed beside the password, use an account without two-factor login, or use mode assisted.`,
  );

export const secondFactorRefused = (account: string) =>
  refusal(
    "secondFactorRefused",
    `Docker Hub refused the code of the second factor for "${redact(account)}", and the next one. Check that the stored TOTP seed is this account's. It also happens when the account signed in elsewhere within the same minute, as a code is taken once.`,
  );

export const seedUnreadable = (account: string) =>
  refusal(
    "secondFactorRefused",
    `The stored TOTP seed of "${redact(account)}" cannot be read. Store it as base32 text of at least 16 characters, as Docker Hub shows it, or as an otpauth://totp/ URI.`,
  );
