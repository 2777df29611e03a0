import { describe, expect, it } from "vitest";
import { signalNames } from "../../src/domain/signal.ts";
import { fieldsOf } from "../../src/domain/signal-fields.ts";

/* Alerts and the workbook in infra/ read these: a name that is dropped or changed breaks those that are deployed. */
const known = {
  ScheduleRan: "job succeeded seconds everySeconds",
  QueueCounted: "queue messages poison",
  RulesCounted: "registry active failed awaitingApproval unmanaged drifted",
  TagsCounted:
    "registry repositories overdue fresh cooling deferred stale refreshing unverified gone unknown pinned locked example",
  TagAway: "registry repository tag message",
  BudgetCounted: "upstream account limit remaining percentLeft reservePercent readAt",
  UpstreamPaused: "upstream until message",
  CredentialSetSeen: "registry credentialSet health errorCode daysLeft renewed",
  ReportIncomplete: "part message",
};

describe("signals", () => {
  it("have the names and fields that queries are built on", () => {
    const names = Object.values(signalNames);
    const fields = names.map((name) => [name, fieldsOf(name).join(" ")] as const);

    expect(Object.fromEntries(fields)).toEqual(known);
  });
});
