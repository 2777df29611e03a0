import { closed, openUntil, trip } from "../domain/breaker.ts";
import type { Breaker, Budget } from "../domain/budget.ts";
import { breakerKey } from "../domain/budget-keys.ts";
import { LarderError } from "../domain/errors.ts";
import type { Ports } from "../domain/ports.ts";
import { plusSeconds, type Timestamp } from "../domain/time.ts";
import { findUpstream } from "../domain/upstream.ts";
import type { UpstreamHead } from "../domain/upstream-answer.ts";
import { orProblem } from "./or-problem.ts";
import type { Site } from "./refresh-site.ts";

/** Why work on a repository cannot go on, and when it can. */
export interface Trouble {
  readonly message: string;
  readonly until: Timestamp;
}

export const asBreaker = (held: Budget | undefined): Breaker | undefined =>
  held?.kind === "breaker" ? held : undefined;

/** Why what a breaker guards is left alone, and until when; undefined: it is not. */
export function brokenUntil(row: Budget | undefined, now: Timestamp): Trouble | undefined {
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
 * is open, and opens it when the upstream asked to wait or did not answer for half of several; that it
 * fails for a few is theirs alone, after they were asked once more.
 */
export async function askHeads(
  site: Site,
  tags: readonly string[],
): Promise<{ readonly heads: readonly UpstreamHead[]; readonly trouble?: Trouble | undefined }> {
  const { ports, host } = site;
  const key = breakerKey(host);
  const row = await ports.budgets.get(key);
  const open = brokenUntil(row, ports.ambient.now());
  if (open) {
    const message = `${host} is left alone until ${open.until}: ${open.message}`;
    const head: UpstreamHead = { kind: "couldNotAsk", message };
    return { heads: tags.map(() => head), trouble: { message, until: open.until } };
  }
  const heads = await askAll(site, tags);
  const failed = heads.flatMap((head) => (head.kind === "couldNotAsk" ? head : []));
  const waits = failed.flatMap(({ retryAfterSeconds }) => retryAfterSeconds ?? []);
  const [first] = failed;
  const most = failed.length > 1 && 2 * failed.length >= tags.length;
  if (first && (waits.length > 0 || most)) {
    const wait = waits.length > 0 ? Math.max(...waits) : undefined;
    return { heads, trouble: await tripBreaker(ports, key, first.message, wait) };
  }
  if (heads.length > failed.length) await closeBreaker(ports, key, row);
  return { heads };
}

/** The first goes alone where a login may be wanted, so that the others need not find that out each. */
async function askAll(site: Site, tags: readonly string[]): Promise<readonly UpstreamHead[]> {
  const unsure = site.rule.credentialSet !== undefined && !site.loginKnown;
  const [first, ...rest] = tags;
  if (first === undefined) return [];
  const head = unsure ? await askHead(site, first) : undefined;
  site.loginKnown = true;
  const heads = head
    ? [head, ...(await Promise.all(rest.map((tag) => askHead(site, tag))))]
    : await Promise.all(tags.map((tag) => askHead(site, tag)));
  const failed = heads.filter((one) => one.kind === "couldNotAsk" && !one.retryAfterSeconds);
  // When most fail it is not for want of another try.
  if (failed.length === 0 || 2 * failed.length >= heads.length) return heads;
  return Promise.all(
    heads.map((one, index) =>
      failed.includes(one) ? askHead(site, tags[index] ?? "") : Promise.resolve(one),
    ),
  );
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
  const login = await orProblem(site.login());
  if (login instanceof LarderError) return { kind: "couldNotAsk", message: login.problem.message };
  if (typeof login === "string") return { kind: "denied", message: login };
  const head = await ports.upstreams.head(host, path, tag, login);
  if (head.kind === "found") site.withLogin = true;
  return head;
}
