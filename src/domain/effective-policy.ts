import { Duration } from "luxon";
import type { RefreshPolicy, RefreshWindow, Strategy, WantedPlatforms } from "./refresh-policy.ts";
import type { RefreshSettings } from "./refresh-ports.ts";
import { windowProblem } from "./refresh-window.ts";
import { canonical } from "./rule-settings.ts";
import { patternProblem, tagMatcher } from "./tag-pattern.ts";
import type { TagTest } from "./tag-test.ts";

/** A rule's policy made ready for use, with the settings' word on everything it leaves open. */
export interface EffectivePolicy {
  readonly matches: TagTest;
  readonly everySeconds: number;
  readonly minimumAgeSeconds: number;
  readonly keepSupersededSeconds: number;
  readonly window: RefreshWindow | undefined;
  readonly platforms: WantedPlatforms;
  readonly strategy: Strategy;
  readonly followNew: boolean;
  /** The policy as it was written, for comparing: equal policies have equal texts. */
  readonly text: string;
  /**
   * What in it cannot be read, in sentences; only rows of other versions have any. A pattern then
   * matches nothing (an excluded one: everything), a window never opens, a duration is the settings'.
   */
  readonly problems: readonly string[];
}

/** Never throws, so that one unreadable policy does not end every pass. */
export function effectivePolicy(
  policy: RefreshPolicy,
  defaults: RefreshSettings["defaults"],
): EffectivePolicy {
  const { tags, exclude = [], window } = policy;
  return {
    matches: tagMatcher(tags, exclude),
    everySeconds: everySecondsOf(policy, defaults),
    minimumAgeSeconds: secondsOr(policy.minimumAge, defaults.minimumAgeSeconds),
    keepSupersededSeconds: secondsOr(policy.keepSuperseded, defaults.keepSupersededSeconds),
    window,
    platforms: policy.platforms ?? defaults.platforms,
    strategy: policy.strategy ?? defaults.strategy,
    followNew: policy.followNew ?? false,
    text: canonical(policy),
    problems: policyProblems(policy),
  };
}

/** How often to compare, without making the rest of the policy ready. */
export function everySecondsOf(
  { every }: RefreshPolicy,
  { everySeconds }: RefreshSettings["defaults"],
): number {
  return secondsOr(every, everySeconds);
}

function secondsOr(iso: string | undefined, otherwise: number): number {
  const given = iso === undefined ? otherwise : durationSeconds(iso);
  return Number.isNaN(given) ? otherwise : given;
}

function policyProblems(policy: RefreshPolicy): readonly string[] {
  const { tags, exclude = [], window, every, minimumAge, keepSuperseded } = policy;
  const patterns = [...tags, ...exclude].flatMap((pattern) => {
    const problem = patternProblem(pattern);
    return problem === undefined ? [] : [`Pattern "${pattern}": ${problem}`];
  });
  const durations = Object.entries({ every, minimumAge, keepSuperseded }).flatMap(([name, iso]) =>
    iso !== undefined && Number.isNaN(durationSeconds(iso))
      ? [`${name} "${iso}" is no ISO 8601 duration.`]
      : [],
  );
  const wrong = window && windowProblem(window);
  return [...patterns, ...durations, ...(wrong === undefined ? [] : [`Window: ${wrong}`])];
}

/** Seconds of an ISO 8601 duration, a month being 30 days and a year 365; NaN when it is none. */
export function durationSeconds(iso: string): number {
  // Luxon takes at most 20 digits, which leading zeros and fine fractions may exceed.
  const short = iso.replace(/(?<![\d.,])0+(?=\d)/g, "").replace(/([.,]\d{9})\d+/, "$1");
  // With a locale, because finding out the system's takes 20 ms at every start.
  return Duration.fromISO(short, { locale: "en-US" }).as("seconds");
}
