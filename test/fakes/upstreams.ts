import type { UpstreamAnswer, Upstreams } from "../../src/domain/ports.ts";
import { findUpstream } from "../../src/domain/upstream.ts";

export interface FakeUpstreams extends Upstreams {
  /**
   * What `probe` answers from now on for a repository ("docker.io/library/nginx"), whatever the tag;
   * `toLogin` to a login, where that differs. A repository never put is unknown.
   */
  put(source: string, answer: UpstreamAnswer, toLogin?: UpstreamAnswer): void;
  /** From now on the upstream takes this password only; without it, any. */
  takeOnly(upstream: string, password: string): void;
}

export function fakeUpstreams(): FakeUpstreams {
  const answers = new Map<string, { anonymous: UpstreamAnswer; toLogin: UpstreamAnswer }>();
  const passwords = new Map<string, string>();
  return {
    put: (source, anonymous, toLogin = anonymous) =>
      void answers.set(source, { anonymous, toLogin }),
    takeOnly: (upstream, password) => void passwords.set(upstream, password),
    async probe(upstream, repository, _tag, login) {
      if (!findUpstream(upstream)) {
        return { kind: "couldNotAsk", message: `ACR cannot cache from "${upstream}".` };
      }
      const good = passwords.get(upstream);
      if (login && good !== undefined && login.password.reveal() !== good) {
        return { kind: "badLogin", message: `${upstream} turned down the login.` };
      }
      const found = answers.get(`${upstream}/${repository}`);
      if (found) return login ? found.toLogin : found.anonymous;
      const message = `${upstream} has no repository "${repository}".`;
      return { kind: "unknownRepository", message };
    },
  };
}
