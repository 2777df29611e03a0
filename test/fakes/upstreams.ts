import type { Login, UpstreamAnswer, Upstreams } from "../../src/domain/ports.ts";
import { findUpstream } from "../../src/domain/upstream.ts";
import { virtualClock } from "./clock.ts";
import { accountOf, type ImageMeter, imageMeter, larderAddress } from "./image-meter.ts";
import { type ImageUpstream, imageUpstream } from "./image-upstream.ts";

export interface FakeUpstreams extends Upstreams {
  /**
   * What is answered from now on for a repository ("docker.io/library/nginx"), whatever the tag;
   * `toLogin` to a login, where that differs. What was never put, or is `readable`, is as pushed.
   */
  put(source: string, answer: UpstreamAnswer, toLogin?: UpstreamAnswer): void;
  /** From now on the upstream takes this password only; without it, any. */
  takeOnly(upstream: string, password: string): void;
  /** What the repositories hold. */
  readonly held: ImageUpstream;
}

type Refusal = Exclude<UpstreamAnswer, { kind: "readable" }>;

/** Tags page as the port says, unless a test wants shorter ones. */
export function fakeUpstreams(
  held: ImageUpstream = imageUpstream(virtualClock()),
  meter: ImageMeter = imageMeter(virtualClock(), held),
  pageSize = 1000,
): FakeUpstreams {
  const answers = new Map<string, { anonymous: UpstreamAnswer; toLogin: UpstreamAnswer }>();
  const answerOf = (upstream: string, repository: string, login: Login | undefined) =>
    refusalOf(held, upstream, login) ?? answers.get(`${upstream}/${repository}`)?.[who(login)];
  const refused = (upstream: string, repository: string, login: Login | undefined) => {
    const answer = answerOf(upstream, repository, login);
    return answer?.kind === "readable" ? undefined : answer;
  };
  return {
    held,
    put: (source, anonymous, toLogin = anonymous) =>
      void answers.set(source, { anonymous, toLogin }),
    takeOnly: (upstream, password) => held.configure(upstream, { password }),
    async probe(upstream, repository, _tag, login) {
      const answer = answerOf(upstream, repository, login);
      if (answer) return answer;
      if (held.tags(`${upstream}/${repository}`)) return { kind: "readable" };
      const message = `${upstream} has no repository "${repository}".`;
      return { kind: "unknownRepository", message };
    },
    async head(upstream, repository, tag, login) {
      const refusal = refused(upstream, repository, login);
      if (refusal) return asAbsent(refusal);
      const hidden = held.host(upstream).hidesTags;
      const found = hidden ? undefined : held.find(`${upstream}/${repository}`, tag);
      if (!found) return { kind: "absent", message: `${upstream} answered 404.` };
      const account = login ? accountOf(login.username.reveal()) : larderAddress;
      const rate = meter.reading(upstream, account);
      return { kind: "found", digest: found.digest, rate };
    },
    async tags(upstream, repository, after, login) {
      const refusal = refused(upstream, repository, login);
      if (refusal) return asAbsent(refusal);
      const all = held.tags(`${upstream}/${repository}`);
      if (!all) return { kind: "absent", message: `${upstream} answered 404.` };
      const rest = all.filter((tag) => after === undefined || tag > after);
      const tags = rest.slice(0, pageSize);
      return { kind: "listed", tags, next: rest.length > pageSize ? tags.at(-1) : undefined };
    },
  };
}

function who(login: Login | undefined): "anonymous" | "toLogin" {
  return login ? "toLogin" : "anonymous";
}

function asAbsent(refusal: Refusal) {
  if (refusal.kind !== "unknownRepository") return refusal;
  return { kind: "absent" as const, message: refusal.message };
}

/** What a host says to everybody, whatever is asked. */
function refusalOf(
  held: ImageUpstream,
  upstream: string,
  login: Login | undefined,
): Refusal | undefined {
  if (!findUpstream(upstream))
    return { kind: "couldNotAsk", message: `ACR cannot cache from "${upstream}".` };
  const { down, throttled, password } = held.host(upstream);
  if (down) return { kind: "couldNotAsk", message: `${upstream} does not answer.` };
  if (throttled) return { kind: "couldNotAsk", message: `${upstream} answered 429.`, ...throttled };
  if (login && password !== undefined && login.password.reveal() !== password)
    return { kind: "badLogin", message: `${upstream} turned down the login.` };
  return undefined;
}
