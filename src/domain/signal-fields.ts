import type { Signal, SignalName } from "./signal.ts";
import { tagStatuses } from "./tag.ts";

type Field<N extends SignalName> = Exclude<keyof Extract<Signal, { readonly name: N }>, "name">;

/** What stands in the line of each signal, in its order; the type keeps the lists whole. All of it is text, number or boolean. */
const fields: { readonly [N in SignalName]: Readonly<Record<Field<N>, true>> } = {
  ScheduleRan: { job: true, succeeded: true, seconds: true, everySeconds: true },
  QueueCounted: { queue: true, messages: true, poison: true },
  RulesCounted: {
    registry: true,
    active: true,
    failed: true,
    awaitingApproval: true,
    unmanaged: true,
    drifted: true,
  },
  TagsCounted: {
    registry: true,
    repositories: true,
    overdue: true,
    ...eachStatus(),
    example: true,
  },
  TagAway: { registry: true, repository: true, tag: true, message: true },
  BudgetCounted: {
    upstream: true,
    account: true,
    limit: true,
    remaining: true,
    percentLeft: true,
    reservePercent: true,
    readAt: true,
  },
  UpstreamPaused: { upstream: true, until: true, message: true },
  CredentialSetSeen: {
    registry: true,
    credentialSet: true,
    health: true,
    errorCode: true,
    daysLeft: true,
    renewed: true,
  },
  ReportIncomplete: { part: true, message: true },
};

function eachStatus() {
  const entries = tagStatuses.map((status) => [status, true] as const);
  return Object.fromEntries(entries) as Record<(typeof tagStatuses)[number], true>;
}

/** The names of a signal's fields, in the order of its line. */
export function fieldsOf(name: SignalName): readonly string[] {
  return Object.keys(fields[name]);
}
