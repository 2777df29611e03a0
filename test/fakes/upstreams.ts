import type { UpstreamAnswer, Upstreams } from "../../src/domain/ports.ts";

export interface FakeUpstreams extends Upstreams {
  /**
   * What `probe` answers from now on for a repository ("docker.io/library/nginx"), whatever the tag;
   * `toLogin` to a login, where that differs. A repository never put is unknown.
   */
  put(source: string, answer: UpstreamAnswer, toLogin?: UpstreamAnswer): void;
}

export function fakeUpstreams(): FakeUpstreams {
  const answers = new Map<string, { anonymous: UpstreamAnswer; toLogin: UpstreamAnswer }>();
  return {
    put: (source, anonymous, toLogin = anonymous) =>
      void answers.set(source, { anonymous, toLogin }),
    async probe(upstream, repository, _tag, login) {
      const found = answers.get(`${upstream}/${repository}`);
      if (found) return login ? found.toLogin : found.anonymous;
      const message = `${upstream} has no repository "${repository}".`;
      return { kind: "unknownRepository", message };
    },
  };
}
