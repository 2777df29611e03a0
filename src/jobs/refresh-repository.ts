import type { CacheRule } from "../domain/cache-rule.ts";
import { isReason } from "../domain/errors.ts";
import { isFinal } from "../domain/operation.ts";
import type { Refresh, RefreshProgress } from "../domain/refresh.ts";
import type { RepositoryState } from "../domain/tag.ts";
import { plusSeconds, type Timestamp } from "../domain/time.ts";
import type { Trouble } from "./ask-heads.ts";
import { cleanSuperseded } from "./clean-superseded.ts";
import { closeRepository } from "./close-repository.ts";
import { openSite, type RepositoryMessage, ruleOf } from "./open-site.ts";
import { orProblem } from "./or-problem.ts";
import { lookAgain } from "./pass-over-tags.ts";
import type { RefreshPorts, Site } from "./refresh-site.ts";
import { takeDesk } from "./repository-desk.ts";
import { askedPass, type PassPart, scheduledPass } from "./repository-pass.ts";

/** Seconds until a message that found another worker at the repository is tried again. */
const busyDelay = 5;
/** Tags looked at again in one go. */
const dueAtOnce = 90;

/**
 * Works on one repository for about `messageSeconds`: looks again at tags on the ladder, then goes on
 * with a pass that is due or asked for, then cleans up. What is left goes into a further message.
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
  const wantedHere = rule?.refresh !== undefined || refresh !== undefined;
  if (!rule || !(wantedHere || (await anyAway(ports, registry, repository))))
    return noRule(ports, message, refresh, rule);
  const desk = await takeDesk(ports, registry, repository, () => newState(message, rule));
  if (!desk) {
    if (refresh) await ports.refreshOutbox.send(message, busyDelay);
    return `${name}: another worker is at it`;
  }
  try {
    const site = await openSite(ports, message, rule, refresh?.request, desk);
    return `${name}: ${await workOn(site, message, refresh)}`;
  } catch (error) {
    if (isReason(error, "stale")) {
      await ports.refreshOutbox.send(message, busyDelay);
      return `${name}: changed by somebody else meanwhile, so it goes on later`;
    }
    await orProblem(desk.write({ lease: undefined }));
    throw error;
  }
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

/** Whether a tag of the repository may be untagged and is to be brought back, rule or no policy. */
async function anyAway(
  ports: RefreshPorts,
  registry: string,
  repository: string,
): Promise<boolean> {
  const waiting = await ports.tags.due(registry, repository, "9999-12-31T23:59:59.999Z", 1000);
  return waiting.some(({ step }) => step?.kind === "purging");
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

/** Nothing is to be refreshed here: what is recorded goes, and whoever asked is told. */
async function noRule(
  ports: RefreshPorts,
  { registry, repository }: RepositoryMessage,
  refresh: Refresh | undefined,
  rule: CacheRule | undefined,
): Promise<string> {
  const name = `${registry}/${repository}`;
  if (!rule && refresh) {
    const message = "No active rule serves this repository any more.";
    await endProgress(ports, refresh, repository, message);
  }
  // With a pin or a rule on its way the records stay.
  const { rules } = await ports.rules.read(registry);
  const pending = rules.some(
    ({ value }) => value.status === "requested" || value.status === "deleting",
  );
  const pins = await ports.tags.pins(registry, repository);
  if (pending || pins.length > 0) return `${name}: no active rule with a refresh policy`;
  await ports.tags.forget(registry, repository);
  return `${name}: no rule with a refresh policy, so its records are gone`;
}

async function endProgress(
  ports: RefreshPorts,
  { operation: { id } }: Refresh,
  repository: string,
  message: string,
): Promise<void> {
  const progress = await ports.refreshes.progressOf(id, repository);
  if (!progress) return;
  const ended: RefreshProgress = {
    ...progress,
    status: "failed",
    message,
    updatedAt: ports.ambient.now(),
  };
  await ports.refreshes.record(id, ended, []);
}

async function workOn(
  site: Site,
  message: RepositoryMessage,
  refresh: Refresh | undefined,
): Promise<string> {
  const { ports, desk } = site;
  const deadline = plusSeconds(ports.ambient.now(), ports.refreshSettings.messageSeconds);
  const dryRun = refresh?.request.dryRun === true;
  const before = desk.state().followUpAt;
  let trouble = dryRun ? undefined : await followUps(site, deadline);
  let part: PassPart | undefined;
  if (refresh) part = await askedPass(site, refresh, deadline);
  else if (!trouble) part = await scheduledPass(site, deadline);
  trouble ??= part?.trouble;
  if (!dryRun && !trouble) trouble = await followUps(site, deadline);
  const unfinished = part?.pass !== undefined;
  const cleaned = dryRun || unfinished || trouble ? {} : await cleanSuperseded(site);
  return closeRepository(site, message, {
    before,
    trouble,
    unfinished,
    change: { ...part?.change, ...cleaned },
  });
}

/** Looks at tags whose time has come, each once a message. */
async function followUps(site: Site, deadline: Timestamp): Promise<Trouble | undefined> {
  const { ports, registry, repository, desk } = site;
  const done = new Set<string>();
  for (;;) {
    const now = ports.ambient.now();
    const { followUpAt } = desk.state();
    if (followUpAt === undefined || followUpAt > now || now >= deadline) return undefined;
    const due = await ports.tags.due(registry, repository, now, dueAtOnce + done.size);
    const records = due.filter(({ tag }) => !done.has(tag)).slice(0, dueAtOnce);
    if (records.length === 0) return undefined;
    for (const { tag } of records) done.add(tag);
    const { trouble } = await lookAgain(site, records);
    if (trouble) return trouble;
  }
}
