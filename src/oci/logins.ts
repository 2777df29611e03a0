import type { Login } from "../domain/ports.ts";

type Asked = Promise<Login | undefined>;

/** The login to each registry, asked for once and kept until it is turned down. */
export interface Logins {
  held(registry: string): Asked;
  /** Another than `refused`, which `held` gave: whoever comes first asks for it, the others share it. */
  instead(registry: string, refused: Asked): Asked;
}

export function logins(ask: (registry: string) => Asked): Logins {
  const held = new Map<string, Asked>();
  const renew = (registry: string) => {
    const asked = ask(registry);
    held.set(registry, asked);
    asked.catch(() => {
      if (held.get(registry) === asked) held.delete(registry);
    });
    return asked;
  };
  return {
    held: (registry) => held.get(registry) ?? renew(registry),
    instead(registry, refused) {
      const now = held.get(registry);
      return now !== undefined && now !== refused ? now : renew(registry);
    },
  };
}
