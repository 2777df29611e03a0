import type { TagStatus } from "./tag.ts";
import type { Timestamp } from "./time.ts";

/*
 * What Larder tells of itself in its log, for alerts and the workbook: lines "Larder.{Name} {json}",
 * as the announcements about tokens are. The names are fixed: infra/ is built on them, and a test
 * keeps the two in step.
 */

/** Scheduled work came to its end. That none comes any more is how a stopped timer is noticed. */
interface ScheduleRan {
  readonly name: "ScheduleRan";
  /** As heartbeat-names has it: "sweep". */
  readonly job: string;
  readonly succeeded: boolean;
  /** How long it took, seconds. */
  readonly seconds: number;
  /** Seconds between two runs of its schedule. */
  readonly everySeconds: number;
}

/**
 * Messages in a queue, about (Queue Storage counts no finer), hidden ones included: those a worker has, and those that
 * are put off on purpose, for days even. In a poison queue: work that was given up.
 */
interface QueueCounted {
  readonly name: "QueueCounted";
  readonly queue: string;
  readonly messages: number;
  readonly poison: boolean;
}

interface RulesCounted {
  readonly name: "RulesCounted";
  readonly registry: string;
  readonly active: number;
  readonly failed: number;
  readonly awaitingApproval: number;
  readonly unmanaged: number;
  readonly drifted: number;
}

/** How fresh a registry is: tags by status, and what keeps repositories from being looked at. */
interface TagsCounted extends Readonly<Record<TagStatus, number>> {
  readonly name: "TagsCounted";
  readonly registry: string;
  readonly repositories: number;
  /** Repositories that were not compared to the end for three times what their rule asks for. */
  readonly overdue: number;
  /** Of those and of others in trouble, one with its reason, for whoever reads the alert. */
  readonly example?: string | undefined;
}

/** A tag that was untagged and cannot be pulled again yet (Azure/acr#765). */
interface TagAway {
  readonly name: "TagAway";
  readonly registry: string;
  readonly repository: string;
  readonly tag: string;
  readonly message: string;
}

/** What an upstream still allows one account. Not told where it sets no limit, or none was read for a whole window of it. */
interface BudgetCounted {
  readonly name: "BudgetCounted";
  readonly upstream: string;
  /** Whose: a credential set, or "anonymous". */
  readonly account: string;
  readonly limit: number;
  readonly remaining: number;
  /** Of the limit, rounded down. */
  readonly percentLeft: number;
  /** What Larder leaves alone, percent of the limit. */
  readonly reservePercent: number;
  readonly readAt?: Timestamp | undefined;
}

/** An upstream is left alone for a while, because it fails or asked for it. */
interface UpstreamPaused {
  readonly name: "UpstreamPaused";
  readonly upstream: string;
  readonly until: Timestamp;
  readonly message: string;
}

interface CredentialSetSeen {
  readonly name: "CredentialSetSeen";
  readonly registry: string;
  readonly credentialSet: string;
  /** As ACR reports it. */
  readonly health: "Healthy" | "Unhealthy" | "Unknown";
  readonly errorCode?: string | undefined;
  /** Of its live token, rounded down, negative when it has ended; absent when unknown, and where Larder does not renew it. */
  readonly daysLeft?: number | undefined;
  /** Whether Larder renews it. */
  readonly renewed: boolean;
}

/** A part of the report could not be made: "budgets", "rules of contoso". */
interface ReportIncomplete {
  readonly name: "ReportIncomplete";
  readonly part: string;
  readonly message: string;
}

export type Signal =
  | ScheduleRan
  | QueueCounted
  | RulesCounted
  | TagsCounted
  | TagAway
  | BudgetCounted
  | UpstreamPaused
  | CredentialSetSeen
  | ReportIncomplete;

export type SignalName = Signal["name"];

/** All of them; the type keeps the list whole. */
export const signalNames: { readonly [N in SignalName]: N } = {
  ScheduleRan: "ScheduleRan",
  QueueCounted: "QueueCounted",
  RulesCounted: "RulesCounted",
  TagsCounted: "TagsCounted",
  TagAway: "TagAway",
  BudgetCounted: "BudgetCounted",
  UpstreamPaused: "UpstreamPaused",
  CredentialSetSeen: "CredentialSetSeen",
  ReportIncomplete: "ReportIncomplete",
};
