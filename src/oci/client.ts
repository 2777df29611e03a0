import type { Login } from "../domain/ports.ts";
import type { Dance, RepositoryRequest } from "./dance.ts";
import { denied, statusOf, unexpected } from "./failure.ts";
import type { Followed } from "./follow.ts";
import type { Registry } from "./registry.ts";
import { refusal } from "./token-request.ts";

/** Upstream registries, with their token dance done. */
export interface Client {
  /**
   * The registry's answer. 401 and 403 become `forbidden` (or `refused`, when the login itself is
   * bad), 429 and 5xx `unavailable`; every other status is returned.
   */
  ask(registry: Registry, login: Login | undefined, request: RepositoryRequest): Promise<Followed>;
}

export function client(dance: Dance): Client {
  return {
    async ask(registry, login, request) {
      const reply = await dance(registry, login, request);
      if (reply.status === 401 || reply.status === 403) {
        const said = `${reply.host} answered ${statusOf(reply)}`;
        throw denied(refusal(registry, request.repository, login, said));
      }
      if (reply.status === 429 || reply.status >= 500) {
        throw unexpected(registry.name, reply, `${request.method} ${request.repository}`);
      }
      return reply;
    },
  };
}
