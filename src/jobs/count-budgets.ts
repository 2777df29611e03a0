import type { Breaker, PullBudget } from "../domain/budget.ts";
import { subjectOf } from "../domain/budget-keys.ts";
import type { Ports } from "../domain/ports.ts";
import { pullsLeft } from "../domain/pull-budget.ts";
import type { Signal } from "../domain/signal.ts";
import type { Timestamp } from "../domain/time.ts";
import { brokenUntil } from "./ask-heads.ts";

export type BudgetPorts = Pick<Ports, "ambient" | "budgets" | "refreshSettings">;

/** What upstreams still allow, and which are left alone. */
export async function countBudgets(ports: BudgetPorts): Promise<readonly Signal[]> {
  const rows = await ports.budgets.list();
  const now = ports.ambient.now();
  return rows.flatMap(({ key, budget }) => {
    const subject = subjectOf(key);
    if (subject?.kind === "pulls" && budget.kind === "pulls")
      return pullsOf(ports, subject, budget, now);
    if (subject?.kind === "breaker" && budget.kind === "breaker")
      return pauseOf(subject.upstream, budget, now);
    return [];
  });
}

function pullsOf(
  { refreshSettings }: BudgetPorts,
  { upstream, account }: { readonly upstream: string; readonly account: string },
  budget: PullBudget,
  now: Timestamp,
): readonly Signal[] {
  const left = pullsLeft(budget, now);
  if (!left) return [];
  const { limit, remaining } = left;
  return [
    {
      name: "BudgetCounted",
      upstream,
      account,
      limit,
      remaining,
      percentLeft: limit > 0 ? Math.floor((100 * remaining) / limit) : 0,
      reservePercent: Math.round(100 * refreshSettings.reserve),
      readAt: budget.readAt,
    },
  ];
}

function pauseOf(upstream: string, breaker: Breaker, now: Timestamp): readonly Signal[] {
  const open = brokenUntil(breaker, now);
  return open ? [{ name: "UpstreamPaused", upstream, ...open }] : [];
}
