import { isReason } from "../domain/errors.ts";

export interface Token {
  readonly text: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

export interface KeptToken {
  /** Never logged, never in an error. */
  get(): Promise<string>;
  /** Forgets a token that was turned down, unless another has taken its place already. */
  drop(text: string): void;
}

/** As the SDK and acr-cli do: five minutes before its end a token is renewed (facts/acr.md section 6). */
const earlyMs = 300_000;

/** Keeps a token until shortly before its end; all who ask while one is being fetched share it. */
export function keptToken(fetch: () => Promise<Token>, now: () => number): KeptToken {
  let held: { readonly text: string; readonly renewAt: number } | undefined;
  let fetching: Promise<string> | undefined;
  const renew = async () => {
    try {
      const { text, expiresAt } = await fetch();
      // How long registries let their tokens live is documented nowhere; a short one is used for half of it.
      held = { text, renewAt: expiresAt - Math.min(earlyMs, (expiresAt - now()) / 2) };
      return text;
    } finally {
      fetching = undefined;
    }
  };
  return {
    async get() {
      if (held && now() < held.renewAt) return held.text;
      fetching ??= renew();
      return fetching;
    },
    drop(text) {
      if (held?.text === text) held = undefined;
    },
  };
}

/** Runs `attempt` with the token; once more with a new one when it was turned down, as tokens may die before their time. */
export async function withToken<T>(
  token: KeptToken,
  attempt: (text: string) => Promise<T>,
): Promise<T> {
  const first = await token.get();
  try {
    return await attempt(first);
  } catch (error) {
    if (!isTurnedDown(error)) throw error;
    token.drop(first);
  }
  return attempt(await token.get());
}

/** A 401, which a registry words UNAUTHORIZED; its 403 is about networks and no new token helps. */
function isTurnedDown(error: unknown): boolean {
  return isReason(error, "lacksRight") && error.problem.code.toUpperCase() === "UNAUTHORIZED";
}
