import { describe, expect, it } from "vitest";
import { adviceOn, hopeOf } from "../../infra/hooks/vault.ts";
import { LarderError, type Reason } from "../../src/domain/errors.ts";

/* What a person is told about a vault that does not do as asked. */

const rows: readonly [string, Reason, string, string, boolean, RegExp][] = [
  [
    "no right yet",
    "lacksRight",
    "Forbidden",
    "Caller is not authorized to perform action on resource.",
    true,
    /role "Key Vault Secrets Officer"/,
  ],
  [
    "a firewall",
    "lacksRight",
    "Forbidden",
    "Client address is not authorized and caller is not a trusted service.",
    false,
    /azd env set ALLOWED_ADDRESSES 203\.0\.113\.7\/32/,
  ],
  [
    "no public address at all",
    "lacksRight",
    "Forbidden",
    "Public network access is disabled and request is not from a trusted service (ForbiddenByConnection).",
    false,
    /from a machine in the network/,
  ],
  [
    "nobody signed in",
    "unavailable",
    "CredentialUnavailable",
    "Please run 'azd auth login' from a command prompt.",
    false,
    /Sign in with "azd auth login"/,
  ],
  ["a vault that is away", "unavailable", "ServerError", "no answer in time.", false, /no answer/],
];

describe.each(rows)("%s", (_what, reason, code, message, waits, advice) => {
  const error = new LarderError(reason, { code, message });

  it(`is waited for: ${waits}`, () => {
    expect(hopeOf(error) !== undefined).toBe(waits);
  });

  it("is told with Azure's words and what to do", () => {
    expect(adviceOn(error)).toContain(message);
    expect(adviceOn(error)).toMatch(advice);
  });
});
