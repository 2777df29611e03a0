import { closed, openUntil, trip } from "../domain/breaker.ts";
import type { Breaker, Budget } from "../domain/budget.ts";
import type { Ports } from "../domain/ports.ts";
import { plusSeconds, type Timestamp } from "../domain/time.ts";
import { findUpstream } from "../domain/upstream.ts";
import type { UpstreamHead } from "../domain/upstream-answer.ts";
import type { Site } from "./refresh-site.ts";

/** Why work on a repository cannot go on, and when it can. */
export interface Trouble {
  readonly message: string;
  readonly until: Timestamp;
}

/** The row of an upstream's breaker. */
const upstreamBreaker = (host: string) => `breaker ${host}`;

export const asBreaker = (held: Budget | undefined): Breaker | undefined =>
  held?.kind === "breaker" ? held : undefined;

/** Why what a breaker guards is left alone, and until when; undefined: it is not. */
function brokenUntil(row: Budget | undefined, now: Timestamp): Trouble | undefined {
  const held = asBreaker(row);
  const until = openUntil(held, now);
  return until === undefined ? undefined : { message: held?.message ?? "It failed before.", until };
}

/** Opens a breaker, longer each time. */
async function tripBreaker(
  ports: Pick<Ports, "budgets" | "ambient">,
  key: string,
  message: string,
  retryAfterSeconds?: number,
): Promise<Trouble> {
  const now = ports.ambient.now();
  return ports.budgets.update(key, (held) => {
    const put = trip(asBreaker(held), now, { message, retryAfterSeconds });
    return { put, answer: { message, until: put.until ?? plusSeconds(now, 30) } };
  });
}

/** What it guards works again; `known`: the row as it was read before. */
async function closeBreaker(
  ports: Pick<Ports, "budgets">,
  key: string,
  known: Budget | undefined,
): Promise<void> {
  if ((asBreaker(known)?.failures ?? 0) === 0) return;
  await ports.budgets.update(key, (now) => ({ put: closed(asBreaker(now)), answer: undefined }));
}

/**
 * What upstream has under each of the tags, in their order. Asks nothing while the upstream's breaker
 * is open, and opens it when one of the tags could not be asked.
 */
export async function askHeads(
  site: Site,
  tags: readonly string[],
): Promise<{ readonly heads: readonly UpstreamHead[]; readonly trouble?: Trouble | undefined }> {
  const { ports, host } = site;
  const key = upstreamBreaker(host);
  const row = await ports.budgets.get(key);
  const open = brokenUntil(row, ports.ambient.now());
  if (open) {
    const message = `${host} is left alone until ${open.until}: ${open.message}`;
    return {
      heads: tags.map(() => ({ kind: "couldNotAsk", message })),
      trouble: { message, until: open.until },
    };
  }
  const heads = await Promise.all(tags.map((tag) => askHead(site, tag)));
  const failed = heads.filter((head) => head.kind === "couldNotAsk");
  const [first] = failed;
  if (!first) {
    if (heads.length > 0) await closeBreaker(ports, key, row);
    return { heads };
  }
  const wait = Math.max(0, ...failed.map(({ retryAfterSeconds = 0 }) => retryAfterSeconds));
  const trouble = await tripBreaker(ports, key, first.message, wait === 0 ? undefined : wait);
  return { heads, trouble };
}

/**
 * Asks anonymously where that may do, which spares the account; with the rule's login where the
 * upstream wants one. Docker Hub wants one from ACR only.
 */
async function askHead(site: Site, tag: string): Promise<UpstreamHead> {
  const { ports, host, path } = site;
  const needsLogin = host !== "docker.io" && findUpstream(host)?.authentication === "required";
  if (!site.withLogin && !needsLogin) {
    const head = await ports.upstreams.head(host, path, tag, undefined);
    if (head.kind !== "denied" || site.rule.credentialSet === undefined) return head;
  }
  const login = await site.login();
  if (typeof login === "string") return { kind: "denied", message: login };
  const head = await ports.upstreams.head(host, path, tag, login);
  if (head.kind === "found") site.withLogin = true;
  return head;
}
