import type { Clock } from "../clock.ts";
import type { Answer } from "../service.ts";
import type { Account, Claims } from "./bearer.ts";
import { pullLimit } from "./throttles.ts";
import type { Visit } from "./visit.ts";

/** Docker Hub's pull limits: anonymous per address, Personal per account, none for paid plans. */
export interface PullLimits {
  /** Counts a GET of a manifest that is about to succeed; the 429 instead when no pull is left. */
  spend(visit: Visit, claims: Claims | undefined): Answer | undefined;
  /** The headers of a manifest answer. */
  headers(visit: Visit, claims: Claims | undefined): Record<string, string>;
  /** `{source: pulls left}`. */
  state(): Record<string, number>;
}

const windowSeconds = 21_600;
const limits = { anonymous: 100, personal: 200 };

interface Used {
  readonly since: number;
  readonly pulls: number;
  readonly limit: number;
}

/** Invented: the window is a fixed one that opens with the first pull. */
export function pullLimits(clock: Clock): PullLimits {
  const used = new Map<string, Used>();
  const stand = (source: string, limit: number): Used => {
    const found = used.get(source);
    const open = found && clock.now() < found.since + windowSeconds * 1000;
    return open ? found : { since: clock.now(), pulls: 0, limit };
  };
  return {
    spend(visit, claims) {
      const { account } = claims ?? {};
      if (visit.on("pull-limit-documented")) return pullLimit("documented");
      const forced = visit.on("pull-limit");
      const limit = limitOf(account);
      if (limit === undefined && !forced) return undefined;
      const source = sourceOf(visit, account);
      const now = stand(source, limit ?? 0);
      if (forced || now.pulls >= now.limit)
        return pullLimit(account ? { user: account.name, jti: claims?.jti ?? "" } : "anonymous");
      used.set(source, { ...now, pulls: now.pulls + 1 });
      return undefined;
    },
    headers(visit, claims) {
      const { account } = claims ?? {};
      const source = sourceOf(visit, account);
      const named = { "docker-ratelimit-source": source };
      const limit = limitOf(account);
      if (limit === undefined || visit.on("rate-headers-absent")) return named;
      const window = `;w=${windowSeconds}`;
      // hub-feedback#2081.
      if (visit.on("rate-headers-malformed"))
        return { ...named, "ratelimit-limit": window, "ratelimit-remaining": window };
      const exhausted =
        visit.call.method === "HEAD" &&
        (visit.on("pull-limit") || visit.on("pull-limit-documented"));
      const left = exhausted ? 0 : limit - stand(source, limit).pulls;
      return {
        ...named,
        "ratelimit-limit": `${limit}${window}`,
        "ratelimit-remaining": `${left}${window}`,
      };
    },
    state: () =>
      Object.fromEntries([...used].map(([source, { pulls, limit }]) => [source, limit - pulls])),
  };
}

function limitOf(account: Account | undefined): number | undefined {
  if (!account) return limits.anonymous;
  return account.plan === "personal" ? limits.personal : undefined;
}

/** Account id, or address; of an IPv6 address the /64 (facts/docker-hub.md section 0). Invented: X-Forwarded-For names the address. */
function sourceOf({ call }: Visit, account: Account | undefined): string {
  if (account) return account.id;
  const forwarded = call.headers["x-forwarded-for"];
  const address = typeof forwarded === "string" ? forwarded : "127.0.0.1";
  if (!address.includes(":")) return address;
  const [front = ""] = address.split("::", 1);
  return `${front.split(":").slice(0, 4).join(":")}::`;
}
