import type { CacheRule } from "../domain/cache-rule.ts";
import { isReason } from "../domain/errors.ts";
import { isFinal } from "../domain/operation.ts";
import type { Refresh } from "../domain/refresh.ts";
import type { RepositoryState } from "../domain/tag.ts";
import { plusSeconds } from "../domain/time.ts";
import { cleanSuperseded } from "./clean-superseded.ts";
import { closeRepository } from "./close-repository.ts";
import { followUps } from "./follow-ups.ts";
import { anyUnsettled, leaveRepository } from "./leave-repository.ts";
import { openSite, type RepositoryMessage, ruleOf } from "./open-site.ts";
import { orProblem } from "./or-problem.ts";
import type { RefreshPorts, Site } from "./refresh-site.ts";
import { takeDesk } from "./repository-desk.ts";
import { askedPass, scheduledPass } from "./repository-pass.ts";

/** Seconds until a message that found another worker at the repository is tried again. */
const busyDelay = 2;

/**
 * Works on one repository for about `messageSeconds`: goes on with a pass that somebody asked for; or
 * looks again at tags on the ladder, goes on with a scheduled pass that is due, and cleans up. What is left goes into a further message.
 * Answers a line for the log. Repeats, and two at once, are harmless.
 */
export async function refreshRepository(
  ports: RefreshPorts,
  message: RepositoryMessage,
): Promise<string> {
  const { registry, repository } = message;
  const name = `${registry}/${repository}`;
  const refresh = await wanted(ports, message);
  if (refresh === "over") return `${name}: that refresh is over`;
  const rule = await ruleOf(ports, registry, repository);
  if (!rule || !(await isWanted(ports, message, rule, refresh)))
    return leaveRepository(ports, message, refresh, rule);
  const desk = await takeDesk(ports, registry, repository, () => newState(message, rule));
  if (!desk) {
    if (refresh) await ports.refreshOutbox.send(message, busyDelay);
    return `${name}: another worker is at it`;
  }
  try {
    const site = await openSite(ports, message, rule, refresh?.request, desk);
    return `${name}: ${await workOn(site, message, refresh)}`;
  } catch (error) {
    await orProblem(desk.release());
    if (!isReason(error, "stale")) throw error;
    await ports.refreshOutbox.send(message, busyDelay);
    return `${name}: changed by somebody else meanwhile, so it goes on later`;
  }
}

/** Whether there is anything to do: by the rule's policy, on demand, or to bring to its end. */
async function isWanted(
  ports: RefreshPorts,
  { registry, repository }: RepositoryMessage,
  { status, refresh: policy }: CacheRule,
  refresh: Refresh | undefined,
): Promise<boolean> {
  if (refresh) return status === "active";
  if (status === "active" && policy) return true;
  return anyUnsettled(ports, registry, repository);
}

/** The refresh on demand a message is for; "over" when it has ended or is not there. */
async function wanted(
  ports: RefreshPorts,
  { refresh: id }: RepositoryMessage,
): Promise<Refresh | "over" | undefined> {
  if (id === undefined) return undefined;
  const refresh = (await ports.refreshes.get(id))?.value;
  return refresh && !isFinal(refresh.operation) ? refresh : "over";
}

const newState = (
  { registry, repository }: RepositoryMessage,
  rule: CacheRule,
): RepositoryState => ({
  registry,
  repository,
  rule: rule.name,
  counts: {},
  policy: "",
});

async function workOn(
  site: Site,
  message: RepositoryMessage,
  refresh: Refresh | undefined,
): Promise<string> {
  const { ports, desk } = site;
  const deadline = plusSeconds(ports.ambient.now(), ports.refreshSettings.messageSeconds);
  const before = desk.state().followUpAt;
  if (refresh) {
    if (!refresh.request.dryRun) await followUps(site, deadline, "away");
    const part = await askedPass(site, refresh, deadline);
    const { pass, trouble, change = {} } = part ?? {};
    const end = { before, trouble, unfinished: pass !== undefined, looked: false, change };
    return closeRepository(site, message, end);
  }
  if (site.rule.status !== "active") {
    const { trouble } = await followUps(site, deadline, "away");
    const end = { before, trouble, unfinished: false, looked: true, change: {} };
    return closeRepository(site, message, end);
  }
  const first = await followUps(site, deadline, "all");
  const part = first.trouble ? undefined : await scheduledPass(site, deadline);
  const met = first.trouble ?? part?.trouble;
  const last = met ? {} : await followUps(site, deadline, "all");
  const trouble = met ?? last.trouble;
  const unfinished = part?.pass !== undefined || last.more === true;
  const cleaned = unfinished || trouble ? {} : await cleanSuperseded(site);
  const change = { ...part?.change, ...cleaned };
  return closeRepository(site, message, { before, trouble, unfinished, looked: true, change });
}
